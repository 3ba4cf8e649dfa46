import { constants } from "node:fs";
import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@ntd/service";

/** What lies in a folder of --data; anything else there is not ours and is left alone. */
const OURS = ["certificates", "keys", "nats", "stores", "logs", "snapshots", "journal", "endpoints.json", "lock"];

/** Bits that let others than the owner in. */
const LOOSE = constants.S_IRWXG | constants.S_IRWXO;

/**
 * Makes the folder for its owner alone, and takes from everything of ours in it what others may do.
 *
 * @returns how many entries were open to others.
 * @throws Problem CONFIG_INVALID when it is no folder, or another's.
 */
export async function closeFolder(dir: string): Promise<number> {
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new Problem("CONFIG_INVALID", `--data ${dir} can be no folder: ${(cause as Error).message}`, { cause });
  });
  const { uid } = await lstat(dir);
  if (process.getuid !== undefined && uid !== process.getuid())
    throw new Problem("CONFIG_INVALID", `--data ${dir} belongs to user ${uid}; start as that user, or name another.`);
  let mended = await close(dir);
  for (const name of OURS) mended += await closeAll(join(dir, name));
  return mended;
}

async function closeAll(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || !(found.isDirectory() || found.isFile())) return 0;
  let mended = await close(path);
  if (found.isDirectory()) for (const name of await readdir(path)) mended += await closeAll(join(path, name));
  return mended;
}

// A file may go while it is looked at: a stream's block, a log that was put aside.
async function close(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || (found.mode & LOOSE) === 0) return 0;
  await chmod(path, found.mode & ~LOOSE & 0o7777);
  return 1;
}
