import { accessSync, constants } from "node:fs";

/** Whether a program is there that this user may run. */
export function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
