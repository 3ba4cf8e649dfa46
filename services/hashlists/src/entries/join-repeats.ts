import { setImmediate } from "node:timers/promises";
import type { Document } from "@ntd/store";
import type { LineFault } from "../releases/release.ts";
import type { ReadEntry } from "../releases/release-reader.ts";
import { SeenIds } from "../releases/seen-ids.ts";
import type { Collections } from "../store.ts";
import { rowsOf, sourceIdsOf } from "./chunk-rows.ts";
import { ChunkBuilder, linesOf, type ChunkState } from "./entry-chunk.ts";
import { ID_BYTES, idKeys } from "./entry-id.ts";
import { chunksOf } from "./store-entries.ts";

/** How a list that has a hash again is read. */
export interface Joining {
  part: string;
  /** Whose vote an entry is, by its source id; absent: the first stands, and another class is a fault. */
  voterOf: ((sourceId: string) => string) | undefined;
  /** Source ids whose entries are not listed. */
  withdrawn: ReadonlySet<string>;
  /** Throws when it is not to go on. */
  proceed: () => void;
}

/** What became of the entries of a part. */
export interface Joined {
  repeated: number;
  /** Of those: told with another class than the first. */
  otherClass: number;
  withdrawn: number;
  faults: LineFault[];
}

const BUCKETS = 256;

/**
 * Makes one entry of those of a hash, before their release is seen by anybody. They are looked for in what is stored, a
 * bucket at a time, so a 256th of the ids is in memory; chunks without any stay as they are.
 */
export async function joinRepeats(collections: Pick<Collections, "entries">, joining: Joining): Promise<Joined> {
  const joined: Joined = { repeated: 0, otherClass: 0, withdrawn: 0, faults: [] };
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    joining.proceed();
    const found = await repeatsIn(collections, joining, bucket);
    if (found.repeated.size === 0 && !found.hasWithdrawn) continue;
    const tallies =
      joining.voterOf === undefined ? undefined : await talliesOf(collections, joining, bucket, found.repeated);
    await rewrite(collections, { joining, joined, repeated: found.repeated, tallies }, bucket);
  }
  return joined;
}

// The ids that stand there again, as keys.
async function repeatsIn(collections: Pick<Collections, "entries">, { part, withdrawn }: Joining, bucket: number) {
  const [seen, repeated] = [new SeenIds(), new Set<string>()];
  let hasWithdrawn = false;
  for await (const { state } of bucketOf(collections, part, bucket)) {
    const lineOf = linesOf(state);
    const sourceIds = withdrawn.size > 0 ? sourceIdsOf(state) : [];
    const keys = idKeys(state.ids);
    for (const [i, key] of keys.entries()) {
      if (withdrawn.has(sourceIds[i] ?? "")) hasWithdrawn = true;
      else if (seen.note(state.ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES), lineOf(i)) !== undefined)
        repeated.add(key);
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
  { part, withdrawn, voterOf = (sourceId) => sourceId }: Joining,
  bucket: number,
  repeated: ReadonlySet<string>,
): Promise<Map<string, Tally>> {
  const tallies = new Map<string, Tally>();
  for await (const { state } of bucketOf(collections, part, bucket)) {
    for (const { key, entry } of keyedRows(state)) {
      if (!repeated.has(key) || withdrawn.has(entry.sourceId)) continue;
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
  for await (const document of bucketOf(collections, joining.part, bucket)) {
    const rows = keyedRows(document.state);
    if (rows.every(({ key, entry }) => !repeated.has(key) && !joining.withdrawn.has(entry.sourceId))) continue;
    const builder = new ChunkBuilder();
    for (const { id, key, entry } of rows) {
      const votes = rewriting.tallies?.get(key)?.votes ?? entry.votes;
      if (isKept(rewriting, firsts, key, entry)) builder.add(id, { ...entry, votes });
    }
    if (builder.count === 0) await collections.entries.remove(document.id);
    else await collections.entries.save(document, builder.take(joining.part));
  }
}

function isKept(
  { joining, joined, repeated, tallies }: Rewriting,
  firsts: Map<string, ReadEntry>,
  key: string,
  entry: ReadEntry,
) {
  if (joining.withdrawn.has(entry.sourceId)) {
    joined.withdrawn++;
    return false;
  }
  if (!repeated.has(key)) return true;
  const first = firsts.get(key);
  if (first === undefined) {
    firsts.set(key, entry);
    return true;
  }
  joined.repeated++;
  if (first.scheme === entry.scheme && first.code === entry.code) return false;
  joined.otherClass++;
  const problem = `is the same hash as at ${first.line}, with another class; keep one of them`;
  if (tallies === undefined) joined.faults.push({ line: entry.line, field: "value", problem });
  return false;
}

function keyedRows(chunk: ChunkState) {
  const keys = idKeys(chunk.ids);
  return rowsOf(chunk).map((row, i) => ({ ...row, key: keys[i] ?? "" }));
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
