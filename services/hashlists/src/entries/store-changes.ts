import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { BucketChanges, type At } from "./bucket-changes.ts";
import { entriesOf, type ChunkState } from "./entry-chunk.ts";
import { keyText } from "./entry-id.ts";
import type { PackedIds } from "./packed-ids.ts";
import { chunksOf } from "./store-entries.ts";
import type { Collections } from "../store.ts";

export const BUCKETS = 256;
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

export interface Parts {
  older: string | undefined;
  newer: string;
  /** What could not be found in the older one, though it is listed there. */
  unfound?: PackedIds;
}

/** What lies between the entries of two parts, as it is told. */
export async function* changesBetween(
  collections: Pick<Collections, "entries">,
  parts: Parts,
  revoked: PackedIds,
): AsyncGenerator<Changes, void, undefined> {
  for await (const difference of differences(collections, parts, revoked)) {
    if ("removed" in difference) yield* removals(difference.removed.map(([key]) => key));
    else {
      const entries = entriesOf(difference.chunk);
      const [added, changed] = [pick(entries, difference.added), pick(entries, difference.changed)];
      yield { added, changed, removedEntryIds: [] };
    }
  }
}

/**
 * Where two parts differ, a bucket of both at a time: a 256th of a list is in memory. What was revoked is in neither, and
 * what could not be found then not in the older one. From one bucket on, if that is said; of each the removed come last, and
 * always.
 */
export async function* differences(
  collections: Pick<Collections, "entries">,
  parts: Parts,
  revoked: PackedIds,
  from = 0,
): AsyncGenerator<Difference, void, undefined> {
  const older = parts.older === undefined ? undefined : new Chunks(collections, parts.older, from);
  const newer = new Chunks(collections, parts.newer, from);
  for (let bucket = from; bucket < BUCKETS; bucket++) {
    const keys = revoked.keysIn(bucket);
    const unfoundKeys = parts.unfound?.keysIn(bucket);
    const changes = new BucketChanges(
      (key) => keys.has(key),
      (key) => unfoundKeys?.has(key) === true,
    );
    for await (const chunk of older?.of(bucket) ?? []) changes.older(chunk);
    for await (const chunk of newer.of(bucket)) {
      const found = changes.newer(chunk);
      if (found.added.length + found.changed.length > 0) yield { bucket, chunk, ...found };
    }
    yield { bucket, removed: [...changes.left()].filter(([key]) => !keys.has(key)) };
  }
}

function* removals(keys: readonly string[]): Generator<Changes> {
  for (let at = 0; at < keys.length; at += IDS) {
    yield { added: [], changed: [], removedEntryIds: keys.slice(at, at + IDS).map(keyText) };
  }
}

function pick(entries: readonly Entry[], places: readonly number[]): Entry[] {
  return places.flatMap((place) => entries[place] ?? []);
}

/** The chunks of a part, in the order of their buckets, read once. */
class Chunks {
  readonly #pages: AsyncIterator<{ state: ChunkState }[]>;
  #page: ChunkState[] = [];
  #at = 0;

  constructor(collections: Pick<Collections, "entries">, part: string, from: number) {
    this.#pages = chunksOf(collections, part, from);
  }

  async *of(bucket: number): AsyncGenerator<ChunkState, void, undefined> {
    for (let chunk = await this.#peek(); chunk?.bucket === bucket; chunk = await this.#peek()) {
      this.#at++;
      yield chunk;
    }
  }

  async #peek(): Promise<ChunkState | undefined> {
    if (this.#at === this.#page.length) {
      const next = await this.#pages.next();
      this.#page = next.done === true ? [] : next.value.map(({ state }) => state);
      this.#at = 0;
    }
    return this.#page[this.#at];
  }
}
