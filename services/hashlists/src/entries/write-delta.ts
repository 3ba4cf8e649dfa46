import { setImmediate } from "node:timers/promises";
import { hashText } from "../formats/empty-hash.ts";
import type { ReadEntry } from "../reading/release-reader.ts";
import type { LineFault } from "../releases/release.ts";
import type { Collections } from "../store.ts";
import type { At } from "./bucket-changes.ts";
import { rowsOf } from "../chunks/chunk-rows.ts";
import { allDetailsOf, type ChunkState } from "../chunks/entry-chunk.ts";
import { idKeys } from "./entry-id.ts";
import { BUCKETS, PartReader, placesIn, stoodBelow, visible, type LayerBucket, type Rows } from "./layered-rows.ts";
import { foldedInto, type Layer } from "./layers.ts";
import { NamedRows } from "./named-rows.ts";
import type { PackedIds } from "./packed-ids.ts";
import { PartWriter } from "./store-entries.ts";

/** What a delta says, and what it is said of. */
export interface Delta {
  /** Where its entries were written as they were read, each hash once. */
  incoming: string;
  told: number;
  removed: PackedIds;
  /** The layers of its base, the oldest first. */
  base: readonly Layer[];
  /** Where its own layer goes. */
  part: string;
  /** Throws when it is not to go on. */
  proceed: () => void;
  /** Told of entries that the file removes as well: neither holds. There may be as many as lines. */
  refuse: (fault: LineFault) => void | Promise<void>;
}

export interface WrittenDelta {
  /** What its layer lies on, and how many rows that one holds. */
  below: Layer[];
  rows: number;
  added: number;
  changed: number;
  removed: number;
  /** Told once more as the base has them. */
  unchanged: number;
  /** To be removed, and not in the base. */
  notListed: number;
}

type Entries = Pick<Collections, "entries" | "prints">;

/**
 * Writes the layer of a delta: what its rows change in the base, and how that stood there. Small layers below go into it.
 * A bucket at a time, and of the base only chunks that have something of which the delta tells.
 */
export async function writeDelta(collections: Entries, delta: Delta): Promise<WrittenDelta> {
  const { base, part } = delta;
  const folded = foldedInto(base, delta.told + delta.removed.count);
  const below = base.slice(0, base.length - folded);
  const written: WrittenDelta = { below, rows: 0, ...NOTHING };
  await using now = new PartWriter(collections, part);
  await using before = new PartWriter(collections, part, true);
  const incoming = new PartReader(collections, delta.incoming);
  const named = new NamedRows(
    collections,
    base.map((layer) => layer.part),
  );
  const upper = base.slice(below.length).map((layer) => new PartReader(collections, layer.part));
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    delta.proceed();
    const own = await ownLayer(named, delta, (await incoming.held(bucket)).now, bucket, written);
    const layers: LayerBucket[] = [];
    for (const reader of upper) layers.push(await reader.held(bucket));
    layers.push(own);
    for await (const rows of visible(layers)) put(now, rows);
    if (below.length > 0) for (const rows of (await stoodBelow(layers)).rows) put(before, rows);
    // One after the other: where one fails the other is not to go on.
    for (const writer of [now, before]) {
      writer.cut(bucket);
      await writer.flush();
    }
    await setImmediate();
  }
  await now.end();
  await before.end();
  return { ...written, rows: now.count + before.count };
}

const NOTHING = { added: 0, changed: 0, removed: 0, unchanged: 0, notListed: 0 };

// What the delta itself changes in a bucket of its base.
async function ownLayer(
  named: NamedRows,
  { removed, refuse }: Delta,
  incoming: readonly Rows[],
  bucket: number,
  written: WrittenDelta,
): Promise<{ now: Rows[]; before: Rows[] }> {
  const goes = new Set(removed.keysIn(bucket));
  const told = new Map<string, At>();
  for (const { chunk } of incoming) {
    const keys = idKeys(chunk.ids);
    const rows = keys.some((key) => goes.has(key)) ? rowsOf(chunk) : [];
    for (const [i, key] of keys.entries()) {
      if (goes.delete(key)) await refuse(contradiction(rows[i]?.entry));
      else told.set(key, { chunk, i });
    }
  }
  const [before, changedBefore] = [new Places(), written.changed];
  if (told.size + goes.size === 0) return { now: [], before: [] };
  const detailsIn = new Map<ChunkState, (i: number) => string>();
  const details = ({ chunk, i }: At) => {
    const of = detailsIn.get(chunk) ?? allDetailsOf(chunk);
    detailsIn.set(chunk, of);
    return of(i);
  };
  for await (const rows of named.in(bucket, [...told.keys(), ...goes])) {
    const keys = idKeys(rows.chunk.ids);
    for (const i of placesIn(rows)) {
      const key = keys[i] ?? "";
      const anew = told.get(key);
      if (anew === undefined && !goes.delete(key)) continue;
      const stood = { chunk: rows.chunk, i };
      if (anew !== undefined && details(anew) === details(stood)) {
        written.unchanged++;
        told.delete(key);
        continue;
      }
      before.add(stood);
      if (anew === undefined) written.removed++;
      else written.changed++;
    }
    detailsIn.delete(rows.chunk);
  }
  written.notListed += goes.size;
  written.added += told.size - (written.changed - changedBefore);
  const now = new Places();
  for (const at of told.values()) now.add(at);
  return { now: now.rows(), before: before.rows() };
}

/** Places in chunks, collected. */
class Places {
  readonly #in = new Map<ChunkState, number[]>();

  add({ chunk, i }: At): void {
    const places = this.#in.get(chunk) ?? [];
    this.#in.set(chunk, places);
    places.push(i);
  }

  rows(): Rows[] {
    return Array.from(this.#in, ([chunk, only]) => ({ chunk, only }));
  }
}

function put(writer: PartWriter, rows: Rows): void {
  const all = rowsOf(rows.chunk);
  for (const i of placesIn(rows)) {
    const row = all[i];
    if (row !== undefined) writer.put(row.id, row.entry);
  }
}

function contradiction({ line = 0, value: hash = "", algorithm }: Partial<ReadEntry> = {}): LineFault {
  const value = hashText(hash);
  const problem = `"${value}" (${algorithm?.toLowerCase()}) is listed and removed in the same file; keep one of the lines`;
  return { line, field: "value", problem, reason: "REFUSED_REASON_CONTRADICTS", value };
}
