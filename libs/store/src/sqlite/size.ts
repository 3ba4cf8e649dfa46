import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { StoreSize } from "../port.ts";

/** The file, what waits beside it to be taken into it, and what the disk has left. */
export async function sizeOfFile(path: string): Promise<StoreSize> {
  const sizes = await Promise.all([path, `${path}-wal`].map(bytesOf));
  const { bsize, bavail } = await statfs(dirname(path));
  return { kind: "sqlite", bytes: sizes.reduce((sum, size) => sum + size, 0), freeBytes: bsize * bavail };
}

async function bytesOf(path: string): Promise<number> {
  // The log comes and goes.
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
