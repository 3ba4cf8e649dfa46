import { rename } from "node:fs/promises";
import { writeWhole as writeFileWhole } from "@ntd/service";

/** Text files end with a line's end. */
export function writeWhole(path: string, text: string, mode: number): Promise<void> {
  return writeFileWhole(path, text.endsWith("\n") ? text : `${text}\n`, mode);
}

/** What was written aside takes its place. */
export function putInPlace(from: string, to: string): Promise<void> {
  return rename(from, to);
}
