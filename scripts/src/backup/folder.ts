import { existsSync, readdirSync } from "node:fs";
import { mkdir, realpath, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { flushed } from "@ntd/service";
import { UsageError } from "../cli/failure.ts";

/** Keys that open what a backup holds, as createKeys names them; a backup beside them would be worth nothing. */
const KEYS = /^(sealing-keys\.json|.*-key(\.json)?|key\.pem)$/;
/** Where a platform's folder has them. */
const KEYS_BELOW = "keys";

/**
 * Makes the backup's folder, its owner's alone, and lets it be filled. What fails leaves nothing of it: half a backup on a
 * full disk would keep it full.
 *
 * @throws UsageError when it is there already, cannot be written, or would lie with keys.
 */
export async function inNewFolder<R>(named: string, fill: (dir: string) => Promise<R>): Promise<R> {
  const dir = await placeOf(named);
  try {
    await mkdir(dir, { mode: 0o700 });
  } catch (error) {
    throw unwritable(named, error);
  }
  try {
    await flushed(dirname(dir));
    return await fill(dir);
  } catch (error) {
    await rm(dir, { recursive: true, force: true }).catch(() => undefined);
    throw unwritable(named, error);
  }
}

async function placeOf(named: string): Promise<string> {
  const path = resolve(named);
  const parent = await realpath(dirname(path)).catch((cause: unknown) => {
    throw new UsageError(`${dirname(path)} is not there; make it, or name another folder for the backup`, { cause });
  });
  const dir = join(parent, basename(path));
  for (const above of ancestors(dir)) {
    const place = [above, join(above, KEYS_BELOW)].find((one) => keyIn(one) !== undefined);
    if (place === undefined) continue;
    throw new UsageError(
      `${place} holds keys (${keyIn(place)}); name a folder for the backup that lies apart from them`,
    );
  }
  if (existsSync(dir)) throw new UsageError(`${named} is there already; name a new folder for the backup`);
  return dir;
}

/** What the system says about a place that does not serve is said as what to do about it; all else stays as it is. */
function unwritable(named: string, error: unknown): unknown {
  const { code = "" } = error as NodeJS.ErrnoException;
  const why = new Map([
    ["EEXIST", "is there already"],
    ["ENOTDIR", "lies below what is no folder"],
    ["ENOSPC", "lies on a full disk"],
    ["EDQUOT", "lies on a full disk"],
    ["EROFS", "may not be written"],
    ["EACCES", "may not be written"],
    ["EPERM", "may not be written"],
  ]).get(code);
  if (why === undefined) return error;
  return new UsageError(`${named} ${why} (${code}); name a new folder for the backup elsewhere`, { cause: error });
}

function keyIn(dir: string): string | undefined {
  return readable(dir).find((file) => KEYS.test(file));
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
