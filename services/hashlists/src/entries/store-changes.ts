import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { BucketChanges } from "./bucket-changes.ts";
import { entriesOf, type ChunkState } from "./entry-chunk.ts";
import { keyText } from "./entry-id.ts";
import type { PackedIds } from "./packed-ids.ts";
import { chunksOf } from "./store-entries.ts";
import type { Collections } from "../store.ts";

const BUCKETS = 256;
/** Ids that go out at once. */
const IDS = 1000;

export interface Changes {
  added: Entry[];
  changed: Entry[];
  removedEntryIds: string[];
}

/**
 * What lies between the entries of two parts, a bucket of both at a time: a 256th of a list is in memory. What was
 * revoked is in neither.
 */
export async function* changesBetween(
  collections: Pick<Collections, "entries">,
  parts: { older: string | undefined; newer: string },
  revoked: PackedIds,
): AsyncGenerator<Changes, void, undefined> {
  const older = parts.older === undefined ? undefined : new Chunks(collections, parts.older);
  const newer = new Chunks(collections, parts.newer);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const keys = revoked.keysIn(bucket);
    const changes = new BucketChanges((key) => keys.has(key));
    for await (const chunk of older?.of(bucket) ?? []) changes.older(chunk);
    for await (const chunk of newer.of(bucket)) {
      const { added, changed } = changes.newer(chunk);
      if (added.length + changed.length === 0) continue;
      const entries = entriesOf(chunk);
      yield { added: pick(entries, added), changed: pick(entries, changed), removedEntryIds: [] };
    }
    yield* removals([...changes.left()].filter((key) => !keys.has(key)));
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

  constructor(collections: Pick<Collections, "entries">, part: string) {
    this.#pages = chunksOf(collections, part);
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
