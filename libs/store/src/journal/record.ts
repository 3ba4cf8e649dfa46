import { crc32 } from "node:zlib";
import { decode, encode } from "../codec.ts";
import type { StoredEvent } from "../port.ts";

/** A document as it was written, or that it was removed. */
export interface Entry {
  collection: string;
  id: string;
  version: number;
  time: Date;
  /** Absent when the document was removed. */
  state?: object;
  /** The last event that told of it. */
  event?: StoredEvent | undefined;
}

/** A line of the journal: an entry under a number of its own, or that the entry of a number was never written. */
export type Line = { n: number; entry: Entry } | { n: number; voids: number };

/** Length and checksum stand before what they are of. */
const HEAD = 8;
const MOST_BYTES = 64 * 1024 * 1024;

export function toBytes(line: Line): Uint8Array {
  const body = encode(line);
  const bytes = new Uint8Array(HEAD + body.length);
  const head = new DataView(bytes.buffer);
  head.setUint32(0, body.length);
  head.setUint32(4, crc32(body));
  bytes.set(body, HEAD);
  return bytes;
}

/**
 * The lines of a journal and where the last whole one ends. What stands behind (a line that was cut off in the middle)
 * was never answered.
 */
export function linesOf(bytes: Uint8Array): { lines: Line[]; end: number } {
  const lines: Line[] = [];
  let end = 0;
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  while (end + HEAD <= bytes.length) {
    const length = head.getUint32(end);
    const body = bytes.subarray(end + HEAD, end + HEAD + length);
    if (length === 0 || length > MOST_BYTES || body.length < length || crc32(body) !== head.getUint32(end + 4)) break;
    lines.push(decode<Line>(body));
    end += HEAD + length;
  }
  return { lines, end };
}

export const keyOf = ({ collection, id }: Pick<Entry, "collection" | "id">): string => `${collection}/${id}`;

/**
 * The last entry of each document, by `keyOf`, that was not taken back, with the last event that told of it. What was
 * removed stands there without a state.
 */
export function lastOf(lines: readonly Line[]): Map<string, { n: number; entry: Entry }> {
  const voided = new Set(lines.flatMap((line) => ("voids" in line ? [line.voids] : [])));
  const last = new Map<string, { n: number; entry: Entry }>();
  for (const line of lines) {
    if (!("entry" in line) || voided.has(line.n)) continue;
    const before = last.get(keyOf(line.entry));
    // A write that lost a race, and that was killed before it could be taken back. What was removed may come again.
    if (before?.entry.state !== undefined && before.entry.version > line.entry.version) continue;
    const event = line.entry.event ?? before?.entry.event;
    last.set(keyOf(line.entry), { n: line.n, entry: { ...line.entry, ...(event && { event }) } });
  }
  return last;
}
