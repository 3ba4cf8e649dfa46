import type { Shape } from "./layout.ts";

// A snapshot: the memory of each segment as it is, its marks, then an index of these sections in JSON, and last a
// footer of 24 bytes: magic, version of the layout, length and checksum of the index. What was cut off has no footer.

export const MAGIC = Buffer.from("NTDHAMM\n");
/** Raised whenever the layout of a segment's memory changes; others are refused. */
export const SNAPSHOT_VERSION = 1;
export const FOOTER_BYTES = 24;
/** So much is read or written at once: between two of them the process does other things. */
export const SLICE_BYTES = 4 * 1024 * 1024;

/** Bytes of the file, in order, and their CRC-32. */
export interface Section {
  bytes: number;
  crc: number;
}

export interface SavedSegment {
  shape: Omit<Shape, "firstId"> & { firstId: number | null };
  rows: number;
  /** Full tails are not ordered by id. */
  kind: "segment" | "tail";
  image: Section;
  hidden: Section;
  removed: Section;
}

/** Why a snapshot was not opened. */
export type SnapshotRefusal = "missing" | "truncated" | "corrupt" | "other_version";
