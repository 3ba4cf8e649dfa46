import { randomBytes } from "node:crypto";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a file aside and renames it into place: a reader sees what stood there or all of the new, never half, and the mode
 * holds for a file that was there before. It is on the disk for good when this resolves.
 */
export async function writeWhole(path: string, text: string | Uint8Array, mode = 0o600): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString("hex")}`;
  {
    await using file = await open(aside, "wx", mode);
    await file.writeFile(text);
    await file.sync();
  }
  await rename(aside, path);
  await flushed(dirname(path));
}

/** What was written of a file, or of the names in a folder, is on the disk for good when this resolves. */
export async function flushed(path: string): Promise<void> {
  await using file = await open(path, "r");
  await file.sync();
}
