import { randomBytes } from "node:crypto";
import { open, rename } from "node:fs/promises";

// Renamed into place, so that a reader never sees half a file and the mode holds for a file that was there before.
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString("hex")}`;
  {
    await using file = await open(aside, "w", mode);
    await file.writeFile(text.endsWith("\n") ? text : `${text}\n`);
    await file.sync();
  }
  await rename(aside, path);
}

/** What was written aside takes its place. */
export function putInPlace(from: string, to: string): Promise<void> {
  return rename(from, to);
}
