import { existsSync, readdirSync } from "node:fs";
import { mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../cli/failure.ts";

/** Keys that open what a backup holds, as createKeys names them; a backup beside them would be worth nothing. */
const KEYS = /^(sealing-keys\.json|.*-key(\.json)?|key\.pem)$/;

/**
 * Makes the backup's folder, its owner's alone.
 *
 * @throws UsageError when it is there already, when its parent is not, and when it would lie with keys.
 */
export async function makeFolder(named: string): Promise<string> {
  const path = resolve(named);
  const parent = await realpath(dirname(path)).catch((cause: unknown) => {
    throw new UsageError(`${dirname(path)} is not there; make it, or name another folder for the backup`, { cause });
  });
  const dir = join(parent, basename(path));
  for (const above of ancestors(dir)) {
    const key = readable(above).find((file) => KEYS.test(file));
    if (key === undefined) continue;
    throw new UsageError(`${above} holds keys (${key}); name a folder for the backup that lies apart from them`);
  }
  if (existsSync(dir)) throw new UsageError(`${named} is there already; name a new folder for the backup`);
  await mkdir(dir, { mode: 0o700 });
  return dir;
}

function ancestors(dir: string): string[] {
  const parent = dirname(dir);
  return parent === dir ? [] : [parent, ...ancestors(parent)];
}

function readable(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
