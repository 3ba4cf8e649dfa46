import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { BucketChanges, type At } from "./bucket-changes.ts";
import { entriesOf, type ChunkState } from "../chunks/entry-chunk.ts";
import { keyText } from "./entry-id.ts";
import { BUCKETS, PartReader, stoodBelow, visible, without, type LayerBucket, type Rows } from "./layered-rows.ts";
import { sharedLayers } from "./layers.ts";
import type { PackedIds } from "./packed-ids.ts";
import type { Collections } from "../store.ts";

/** Ids that go out at once. */
const IDS = 1000;

export interface Changes {
  added: Entry[];
  changed: Entry[];
  removedEntryIds: string[];
}

/** What became of some entries: those of one chunk of the newer list, or what the older one has besides. */
export type Difference =
  | { bucket: number; chunk: ChunkState; added: number[]; changed: number[]; before: At[] }
  | { bucket: number; removed: [string, At][] };

/** The layers of two releases, the oldest first. */
export interface Releases {
  older: readonly string[] | undefined;
  newer: readonly string[];
}

/** What lies between the entries of two releases, as it is told. */
export async function* changesBetween(
  collections: Pick<Collections, "entries">,
  releases: Releases,
  revoked: Pick<PackedIds, "keysIn">,
): AsyncGenerator<Changes, void, undefined> {
  for await (const difference of differences(collections, releases, revoked)) {
    if ("removed" in difference) yield* removals(difference.removed.map(([key]) => key));
    else {
      const entries = entriesOf(difference.chunk);
      const [added, changed] = [pick(entries, difference.added), pick(entries, difference.changed)];
      yield { added, changed, removedEntryIds: [] };
    }
  }
}

/**
 * Where two releases differ, a bucket of both at a time: a 256th of a list is in memory. Layers that both have are not
 * read. What was revoked is in neither. From one bucket on, if that is said; of each the
 * removed come last, and always.
 */
export async function* differences(
  collections: Pick<Collections, "entries">,
  { older = [], newer }: Releases,
  revoked: Pick<PackedIds, "keysIn">,
  from = 0,
): AsyncGenerator<Difference, void, undefined> {
  const shared = sharedLayers(older, newer);
  const readersOf = (parts: readonly string[]) =>
    parts.slice(shared).map((part) => new PartReader(collections, part, from));
  const [olderTail, newerTail] = [readersOf(older), readersOf(newer)];
  const sides = shared === 0 ? wholeSides : sharingSides;
  for (let bucket = from; bucket < BUCKETS; bucket++) {
    const keys = revoked.keysIn(bucket);
    const changes = new BucketChanges(keys);
    const both = await sides(olderTail, newerTail, bucket);
    for await (const rows of both.older) changes.older(rows);
    for await (const rows of both.newer) {
      const found = changes.newer(rows);
      if (found.added.length + found.changed.length > 0) yield { bucket, chunk: rows.chunk, ...found };
    }
    yield { bucket, removed: [...changes.left()].filter(([key]) => !keys.has(key)) };
  }
}

interface Sides {
  older: AsyncIterable<Rows> | Iterable<Rows>;
  newer: AsyncIterable<Rows> | Iterable<Rows>;
}

async function wholeSides(older: readonly PartReader[], newer: readonly PartReader[], bucket: number): Promise<Sides> {
  const rows = async (readers: readonly PartReader[]) => {
    const [oldest, ...others] = readers;
    if (oldest === undefined) return [];
    return visible([{ now: oldest.streamed(bucket), before: [] }, ...(await held(others, bucket))]);
  };
  return { older: await rows(older), newer: await rows(newer) };
}

// What only one of them tells of stands in the other as it stood below both.
async function sharingSides(
  older: readonly PartReader[],
  newer: readonly PartReader[],
  bucket: number,
): Promise<Sides> {
  const [some, others] = [await held(older, bucket), await held(newer, bucket)];
  const [below, belowOthers] = [await stoodBelow(some), await stoodBelow(others)];
  const side = async function* side(own: readonly LayerBucket[], rows: readonly Rows[], touched: ReadonlySet<string>) {
    yield* visible(own);
    yield* without(rows, touched);
  };
  return {
    older: side(some, belowOthers.rows, below.touched),
    newer: side(others, below.rows, belowOthers.touched),
  };
}

async function held(readers: readonly PartReader[], bucket: number): Promise<LayerBucket[]> {
  const layers: LayerBucket[] = [];
  for (const reader of readers) layers.push(await reader.held(bucket));
  return layers;
}

function* removals(keys: readonly string[]): Generator<Changes> {
  for (let at = 0; at < keys.length; at += IDS) {
    yield { added: [], changed: [], removedEntryIds: keys.slice(at, at + IDS).map(keyText) };
  }
}

function pick(entries: readonly Entry[], places: readonly number[]): Entry[] {
  return places.flatMap((place) => entries[place] ?? []);
}
