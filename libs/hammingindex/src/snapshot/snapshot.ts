import { bandCountFor } from "../hash/bands.ts";
import { layoutOf, MAX_SEGMENT_ROWS, type Shape } from "../segments/layout.ts";
import { TAIL_ROWS } from "../segments/tail.ts";

// A snapshot: regions of the memory of each segment as they are, its marks, then an index of these sections in JSON,
// and last a footer of 24 bytes: magic, version of the layout, length and checksum of the index, checksum of the footer.
// What was cut off has no footer.

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

/** A segment, or the rows of a tail, which are not ordered by id. */
export interface SavedSegment {
  kind: "segment" | "tail";
  rows: number;
  /** Null when each row's id is stored. */
  firstId: number | null;
  /** One for each of `regionsOf`, then the hidden and the removed marks. */
  sections: Section[];
}

/** Why a snapshot was not opened. */
export type SnapshotRefusal = "missing" | "truncated" | "corrupt" | "other_version";

/** The shape that a saved segment has in memory. */
export function shapeOf({ kind, rows, firstId }: Omit<SavedSegment, "sections">): Shape {
  if (kind === "tail") return { rows: TAIL_ROWS, bandCount: 0, firstId: undefined };
  return { rows, bandCount: bandCountFor(rows), firstId: firstId ?? undefined };
}

/** Stretches of a segment's memory, as address and length, that are written and read: no more than it uses. */
export function regionsOf({ kind, rows, firstId }: Omit<SavedSegment, "sections">): [at: number, bytes: number][] {
  const layout = layoutOf(shapeOf({ kind, rows, firstId }));
  if (kind === "tail") {
    return [
      [layout.rowsAt, rows * 32],
      [layout.idsAt, rows * 4],
    ];
  }
  return [
    [layout.rowsAt, rows * 32],
    [layout.idsAt, layout.workAt - layout.idsAt],
  ];
}

/** The index of a file if it is one that this code could have written: checksums do not prove that. */
export function validIndex(text: string): SavedSegment[] | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) && json.every(isSaved) ? json : undefined;
  } catch {
    return undefined;
  }
}

function isSaved(saved: unknown): saved is SavedSegment {
  if (typeof saved !== "object" || saved === null) return false;
  const { kind, rows, firstId, sections } = saved as Record<string, unknown>;
  if (kind !== "segment" && kind !== "tail") return false;
  if (!isWhole(rows, 1, kind === "tail" ? TAIL_ROWS : MAX_SEGMENT_ROWS)) return false;
  if (firstId !== null && (kind === "tail" || !isWhole(firstId, 0, 2 ** 32 - rows))) return false;
  const regions = regionsOf({ kind, rows, firstId });
  const marks = Math.ceil(shapeOf({ kind, rows, firstId }).rows / 32) * 4;
  const lengths = [...regions.map(([, bytes]) => bytes), marks, marks];
  return Array.isArray(sections) && lengths.every((bytes, i) => (sections[i] as Section | undefined)?.bytes === bytes);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
