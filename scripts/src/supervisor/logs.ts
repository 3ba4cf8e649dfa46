import { constants, statSync } from "node:fs";
import { copyFile, open, rename, rm } from "node:fs/promises";
import type { LogBounds } from "../start/config.ts";

/**
 * Puts logs aside that are larger than they may be: `intake.log` to `intake.log.1`, that to `.2`, so many as are kept. A
 * program goes on appending to its file, which is copied and emptied: nothing that happens here can make it wait. Lines
 * that it writes within that moment are lost; so are old ones where the disk has no room for the copy.
 *
 * @returns which were put aside.
 */
export async function putLogsAside(files: readonly string[], { maxBytes, kept }: LogBounds): Promise<string[]> {
  const done: string[] = [];
  for (const file of files) {
    if (sizeOf(file) <= maxBytes) continue;
    await shift(file, kept);
    if (kept > 0) await copied(file, `${file}.1`);
    await empty(file);
    done.push(file);
  }
  return done;
}

// At once: a look is some microseconds, and a thread that does it costs ten times that.
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

async function shift(file: string, kept: number): Promise<void> {
  // One more, of when more were kept.
  for (const n of [kept, kept + 1]) await rm(`${file}.${n}`, { force: true });
  for (let n = kept - 1; n >= 1; n--) await rename(`${file}.${n}`, `${file}.${n + 1}`).catch(absent);
}

// The log of a platform is worth less than its going on.
async function copied(file: string, aside: string): Promise<void> {
  await copyFile(file, aside, constants.COPYFILE_FICLONE).catch(() => rm(aside, { force: true }));
}

async function empty(file: string): Promise<void> {
  await using opened = await open(file, "r+");
  await opened.truncate(0);
}

function absent(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
