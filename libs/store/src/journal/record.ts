import { crc32 } from "node:zlib";
import { decode, decodeShallow, encode } from "../codec.ts";
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
const LEAST_BYTES = 5;
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

export function lineIn(bytes: Uint8Array): Line {
  return decode<Line>(bytes.subarray(HEAD));
}

/** A line without the state and the event of its entry. */
export type Headline = { n: number; entry: Headed } | { n: number; voids: number };

export interface Headed extends Pick<Entry, "collection" | "id" | "version" | "time"> {
  isRemoved: boolean;
  hasEvent: boolean;
}

export function headlineIn(bytes: Uint8Array): Headline {
  const body = bytes.subarray(HEAD);
  const line = decodeShallow(body, "value") as { n: number; voids: number };
  if ("voids" in line) return line;
  const { state, event, ...entry } = decodeShallow(body, "value", "entry") as unknown as Entry;
  return {
    n: (line as { n: number }).n,
    entry: { ...entry, isRemoved: state === undefined, hasEvent: event !== undefined },
  };
}

export const keyOf = ({ collection, id }: Pick<Entry, "collection" | "id">): string => `${collection}/${id}`;

/**
 * The length of the whole line that begins at `at`; "short" when it goes on behind what is there, undefined where none
 * begins. BSON begins with its own length, so that a damaged one is seen before anything is read by it.
 */
export function lengthAt(bytes: Uint8Array, at: number): number | "short" | undefined {
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + HEAD + 4 > bytes.length) return "short";
  const length = head.getUint32(at);
  if (length < LEAST_BYTES || length > MOST_BYTES || head.getUint32(at + HEAD, true) !== length) return undefined;
  const end = at + HEAD + length;
  if (end > bytes.length) return "short";
  return crc32(bytes.subarray(at + HEAD, end)) === head.getUint32(at + 4) ? HEAD + length : undefined;
}
