import { setImmediate } from "node:timers/promises";
import type { Document } from "@ntd/store";
import { hashText } from "../formats/empty-hash.ts";
import type { ListFormat } from "../formats/list-format.ts";
import type { LineFault } from "../releases/release.ts";
import type { ReadEntry } from "../reading/release-reader.ts";
import { SeenIds } from "../reading/seen-ids.ts";
import type { Collections } from "../store.ts";
import { rowsOf, sourceIdsOf } from "../chunks/chunk-rows.ts";
import { ChunkBuilder } from "../chunks/chunk-builder.ts";
import { linesOf, type ChunkState } from "../chunks/entry-chunk.ts";
import { ID_BYTES, idKeys, keyAt } from "./entry-id.ts";
import { BUCKETS, PartReader, type Rows } from "./layered-rows.ts";
import { chunksOf } from "./store-entries.ts";

/** How a list that has a hash again is read. */
export interface Joining {
  part: string;
  /**
   * What becomes of a hash that stands there again. Each is a vote; or the first stands, and whatever tells it otherwise
   * (`exactly`), or classes it otherwise, is refused.
   */
  repeats: ListFormat["repeats"];
  /** Source ids whose entries are not listed. */
  withdrawn: Pick<ReadonlySet<string>, "size" | "has">;
  /** Throws when it is not to go on. */
  proceed: () => void;
  refuse: (fault: LineFault) => void | Promise<void>;
}

/** What became of the entries of a part. */
export interface Joined {
  repeated: number;
  /** Of those: votes for another class than the first. */
  otherClass: number;
  /** Refused, since they contradict the first. */
  contradicting: number;
  withdrawn: number;
}

/**
 * Makes one entry of those of a hash, before their release is seen by anybody. They are looked for in what is stored, a
 * bucket at a time, so a 256th of the ids is in memory; chunks without any stay as they are.
 */
export async function joinRepeats(collections: Pick<Collections, "entries">, joining: Joining): Promise<Joined> {
  const joined: Joined = { repeated: 0, otherClass: 0, contradicting: 0, withdrawn: 0 };
  // Read once; only a bucket that has some is read again.
  const reader = new PartReader(collections, joining.part);
  // One for all buckets: of ten million ids each would leave 5 MB behind.
  const seen = new SeenIds();
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    joining.proceed();
    const found = await repeatsIn(reader.streamed(bucket), seen, joining);
    if (found.repeated.size === 0 && !found.hasWithdrawn) continue;
    const { repeats } = joining;
    const tallies =
      typeof repeats === "string"
        ? undefined
        : await talliesOf(collections, joining, repeats.voterOf, { bucket, repeated: found.repeated });
    await rewrite(collections, { joining, joined, repeated: found.repeated, tallies }, bucket);
  }
  return joined;
}

// The ids that stand there again, as keys.
async function repeatsIn(bucket: AsyncIterable<Rows>, seen: SeenIds, { withdrawn }: Joining) {
  const repeated = new Set<string>();
  seen.clear();
  let hasWithdrawn = false;
  for await (const { chunk: state } of bucket) {
    await setImmediate();
    const lineOf = linesOf(state);
    const sourceIds = withdrawn.size > 0 ? sourceIdsOf(state) : [];
    for (let i = 0; i * ID_BYTES < state.ids.length; i++) {
      if (withdrawn.size > 0 && withdrawn.has(sourceIds[i] ?? "")) hasWithdrawn = true;
      else if (seen.note(state.ids, i * ID_BYTES, lineOf(i)) !== undefined) repeated.add(keyAt(state.ids, i));
    }
  }
  return { repeated, hasWithdrawn };
}

interface Tally {
  voters: Set<string>;
  votes: number;
}

async function talliesOf(
  collections: Pick<Collections, "entries">,
  { part, withdrawn }: Joining,
  voterOf: (sourceId: string) => string,
  { bucket, repeated }: { bucket: number; repeated: ReadonlySet<string> },
): Promise<Map<string, Tally>> {
  const tallies = new Map<string, Tally>();
  for await (const { state } of bucketOf(collections, part, bucket)) {
    for (const { key, entry, isWithdrawn } of keyedRows(state, withdrawn)) {
      if (!repeated.has(key) || isWithdrawn) continue;
      const tally = tallies.get(key) ?? { voters: new Set(), votes: 0 };
      tallies.set(key, tally);
      const voter = voterOf(entry.sourceId);
      if (!tally.voters.has(voter)) tally.votes = Math.min(tally.votes + entry.votes, MAX_VOTES);
      tally.voters.add(voter);
    }
  }
  return tallies;
}

const MAX_VOTES = 1_000_000;

interface Rewriting {
  joining: Joining;
  joined: Joined;
  repeated: ReadonlySet<string>;
  tallies: ReadonlyMap<string, Tally> | undefined;
}

async function rewrite(collections: Pick<Collections, "entries">, rewriting: Rewriting, bucket: number): Promise<void> {
  const { joining, repeated } = rewriting;
  const firsts = new Map<string, ReadEntry>();
  using builder = new ChunkBuilder();
  for await (const document of bucketOf(collections, joining.part, bucket)) {
    const rows = keyedRows(document.state, joining.withdrawn);
    if (rows.every(({ key, isWithdrawn }) => !repeated.has(key) && !isWithdrawn)) continue;
    for (const row of rows) {
      const kept = keptOf(rewriting, firsts, row);
      if (kept === "contradicts") await joining.refuse(contradiction(firsts.get(row.key), row.entry));
      else if (kept !== undefined) builder.add(row.id, kept);
    }
    if (builder.count === 0) await collections.entries.remove(document.id);
    else await collections.entries.save(document, builder.take(joining.part));
  }
}

function keptOf(
  { joining, joined, repeated, tallies }: Rewriting,
  firsts: Map<string, ReadEntry>,
  { key, entry, isWithdrawn }: KeyedRow,
): ReadEntry | "contradicts" | undefined {
  if (isWithdrawn) {
    joined.withdrawn++;
    return undefined;
  }
  if (!repeated.has(key)) return entry;
  const first = firsts.get(key);
  if (first === undefined) {
    firsts.set(key, entry);
    return { ...entry, votes: tallies?.get(key)?.votes ?? entry.votes };
  }
  const isOfOtherClass = first.scheme !== entry.scheme || first.code !== entry.code;
  if (tallies === undefined && (joining.repeats === "exactly" ? !isSame(first, entry) : isOfOtherClass)) {
    joined.contradicting++;
    return "contradicts";
  }
  joined.repeated++;
  if (isOfOtherClass) joined.otherClass++;
  return undefined;
}

function isSame(some: ReadEntry, other: ReadEntry): boolean {
  const told = ({ quality, scheme, code, votes, sourceId, size = 0 }: ReadEntry) =>
    [quality, scheme, code, votes, size, sourceId].join("\n");
  return told(some) === told(other);
}

// A record has several hashes: which one it is, and how it differs, would have to be looked for.
function contradiction(first: ReadEntry | undefined, entry: ReadEntry): LineFault {
  const value = hashText(entry.value);
  const [before, now] = [classText(first), classText(entry)];
  const how = before === now ? "" : ` (class ${now}, there ${before})`;
  const hash = `"${value}" (${entry.algorithm.toLowerCase()})`;
  const problem = `${hash} is the same hash as at ${first?.line}, told otherwise${how}; keep one of them`;
  return { line: entry.line, field: "value", problem, reason: "REFUSED_REASON_CONTRADICTS", value };
}

const SHOWN = 40;

function classText({ scheme, code }: Pick<ReadEntry, "scheme" | "code"> = { scheme: "", code: "" }): string {
  return scheme === "" ? "none" : `${scheme.slice(0, SHOWN)} ${code.slice(0, SHOWN)}`;
}

interface KeyedRow {
  id: Uint8Array;
  key: string;
  entry: ReadEntry;
  isWithdrawn: boolean;
}

function keyedRows(chunk: ChunkState, withdrawn: Joining["withdrawn"]): KeyedRow[] {
  const keys = idKeys(chunk.ids);
  return rowsOf(chunk).map(({ id, entry }, i) => {
    return { id, key: keys[i] ?? "", entry, isWithdrawn: withdrawn.has(entry.sourceId) };
  });
}

async function* bucketOf(
  collections: Pick<Collections, "entries">,
  part: string,
  bucket: number,
): AsyncGenerator<Document<ChunkState>, void, undefined> {
  for await (const page of chunksOf(collections, part, bucket)) {
    for (const document of page) {
      if (document.state.bucket !== bucket) return;
      yield document;
      await setImmediate();
    }
  }
}
