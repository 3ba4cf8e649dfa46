import type { StoreSize } from "../port.ts";

/** What `dbStats` says; servers that speak the protocol need not know of a disk. */
export function sizeIn(stats: Readonly<Record<string, unknown>>): StoreSize {
  const bytes = (name: string) => (typeof stats[name] === "number" ? stats[name] : undefined);
  const [total, used] = [bytes("fsTotalSize"), bytes("fsUsedSize")];
  return {
    kind: "mongo",
    bytes: bytes("totalSize") ?? (bytes("storageSize") ?? 0) + (bytes("indexSize") ?? 0),
    freeBytes: total === undefined || used === undefined ? undefined : total - used,
  };
}
