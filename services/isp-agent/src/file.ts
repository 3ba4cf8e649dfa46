import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Written aside and renamed, so that a reader never sees half a file; on the disk when it resolves. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const aside = `${path}.new`;
  await using file = await open(aside, "w", 0o600);
  await file.writeFile(text);
  await file.sync();
  await rename(aside, path);
}
