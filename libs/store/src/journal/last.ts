import type { FileHandle } from "node:fs/promises";
import { linesIn, pieceAt, type Placed } from "./lines.ts";
import { headlineIn, keyOf, lineIn, toBytes, type Entry, type Headed } from "./record.ts";

/** Where a line stands in its file. */
interface Place {
  at: number;
  length: number;
}

/** Where the last entry of a document stands. */
export interface Last extends Place {
  n: number;
  version: number;
  isRemoved: boolean;
  time: Date;
  /** The entry with the last event that told of it, when that is an earlier one. */
  event?: Place;
}

/** What a journal says, without the states: they stay in its file. */
export interface Index {
  /** By `keyOf`, in the order of the file. */
  last: Map<string, Last>;
  /** Lines that count for nothing yet, since they may still be taken back. */
  open: Place[];
  /** The highest number. */
  n: number;
  /** Where the last whole line ends. */
  end: number;
  /** How much in front of that cannot be read. */
  damaged: number;
}

/** What of a journal is read. */
export interface Part {
  /** What stands in front of this. */
  upTo?: number;
  /** Whether the entry of this number may still be taken back. */
  isOpen?: (n: number) => boolean;
  stop?: AbortSignal;
}

/** A line that takes back is shorter than this, and hardly another one is. */
const SHORT = 80;

/**
 * The last entry of each document that was not taken back, with the last event that told of it. What was removed stands
 * there without a state.
 */
export async function indexOf(file: FileHandle, { upTo, isOpen = () => false, stop }: Part = {}): Promise<Index> {
  const voided = new Set<number>();
  for await (const lines of linesIn(file, upTo)) {
    stop?.throwIfAborted();
    for (const { bytes } of lines) {
      if (bytes.length > SHORT) continue;
      const line = headlineIn(bytes);
      if ("voids" in line) voided.add(line.voids);
    }
  }
  const index = emptyIndex();
  for await (const lines of linesIn(file, upTo)) {
    stop?.throwIfAborted();
    for (const placed of lines) take(index, placed, voided, isOpen);
  }
  return index;
}

export const emptyIndex = (): Index => ({ last: new Map(), open: [], n: 0, end: 0, damaged: 0 });

/** Takes the next line into an index. */
export function take(
  index: Index,
  { at, bytes }: Placed,
  voided: ReadonlySet<number>,
  isOpen: (n: number) => boolean,
): void {
  const line = headlineIn(bytes);
  const place = { at, length: bytes.length };
  index.damaged += at - index.end;
  index.end = at + bytes.length;
  index.n = Math.max(index.n, line.n);
  if (isOpen("entry" in line ? line.n : line.voids)) index.open.push(place);
  else if ("entry" in line && !voided.has(line.n)) follow(index.last, line, place);
}

function follow(last: Index["last"], { n, entry }: { n: number; entry: Headed }, place: Place): void {
  const key = keyOf(entry);
  const before = last.get(key);
  // A write that lost a race, and that was killed before it could be taken back. What was removed may come again.
  if (before !== undefined && !before.isRemoved && before.version > entry.version) return;
  const { version, time, isRemoved, hasEvent } = entry;
  const event = hasEvent ? undefined : before && (before.event ?? before);
  // Taken out first: the order is that of the file.
  last.delete(key);
  last.set(key, {
    ...place,
    n,
    version,
    isRemoved,
    time,
    ...(event && { event: placeOf(event) }),
  });
}

const placeOf = ({ at, length }: Place): Place => ({ at, length });

/** How much the last entries take when they are written anew. */
export function sizeOf({ last }: Pick<Index, "last">): number {
  let size = 0;
  for (const { length } of last.values()) size += length;
  return size;
}

/** The entry of a document, with the last event that told of it. */
export async function entryAt(file: FileHandle, last: Last): Promise<Entry> {
  const entry = await lineAt(file, last);
  if (last.event === undefined) return entry;
  const { event } = await lineAt(file, last.event);
  return { ...entry, ...(event && { event }) };
}

/** The line of a document as it is written anew. */
export async function bytesAt(file: FileHandle, last: Last): Promise<Uint8Array> {
  if (last.event === undefined) return pieceAt(file, last.at, last.length);
  return toBytes({ n: last.n, entry: await entryAt(file, last) });
}

async function lineAt(file: FileHandle, { at, length }: Place): Promise<Entry> {
  const line = lineIn(await pieceAt(file, at, length));
  if (!("entry" in line)) throw new Error("the journal changed while it was read");
  return line.entry;
}
