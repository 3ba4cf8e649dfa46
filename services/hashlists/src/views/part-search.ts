import type { ListedEntry } from "@ntd/proto/hashlists/v1/set_view_service";
import type { ChunkState } from "../chunks/entry-chunk.ts";
import { placeOfKey } from "../entries/entry-id.ts";
import { PartReader } from "../entries/layered-rows.ts";
import type { Collections } from "../store.ts";
import { rowAlone } from "./row-alone.ts";
import { listedOf } from "./release-entries.ts";

/** How an entry stands in a part: it is listed, shown or not, or it stood so below the part and is no more. */
type Stands = ListedEntry | "listed" | "below";

/**
 * Where some entries are listed, release after release. Releases lie on parts of one another: each part is read once,
 * and of it the buckets alone in which they would be.
 */
export class PartSearch {
  readonly #collections: Pick<Collections, "entries">;
  readonly #byBucket: ReadonlyMap<number, readonly string[]>;
  readonly #parts = new Map<string, ReadonlyMap<string, Stands>>();
  readonly #told = new Set<string>();

  /** @param keys of the entries that are looked for. */
  constructor(collections: Pick<Collections, "entries">, keys: Iterable<string>) {
    this.#collections = collections;
    this.#byBucket = Map.groupBy(new Set(keys), (key) => key.charCodeAt(0));
  }

  /**
   * Those that a release lists, by its layers, the oldest first. How it lists them is told of each once: by the release
   * that is asked first.
   */
  async in(layers: readonly string[]): Promise<Map<string, ListedEntry | undefined>> {
    const found = new Map<string, ListedEntry | undefined>();
    const covered = new Set<string>();
    for (const part of layers.toReversed()) {
      for (const [key, stands] of await this.#read(part)) {
        if (covered.has(key)) continue;
        covered.add(key);
        if (stands !== "below") found.set(key, stands === "listed" || this.#told.has(key) ? undefined : stands);
      }
    }
    for (const key of found.keys()) this.#told.add(key);
    return found;
  }

  async #read(part: string): Promise<ReadonlyMap<string, Stands>> {
    const known = this.#parts.get(part);
    if (known !== undefined) return known;
    const stands = new Map<string, Stands>();
    for (const [bucket, keys] of this.#byBucket) {
      const reader = new PartReader(this.#collections, part, bucket);
      for await (const { chunk } of reader.streamed(bucket)) {
        for (const [key, i] of placesIn(chunk, keys)) {
          // What a delta changes stands there twice: as it is, and as it was.
          if (chunk.isBefore !== true || !stands.has(key)) stands.set(key, this.#standing(chunk, key, i));
        }
      }
    }
    this.#parts.set(part, stands);
    return stands;
  }

  #standing(chunk: ChunkState, key: string, i: number): Stands {
    if (chunk.isBefore === true) return "below";
    if (this.#told.has(key)) return "listed";
    return listedOf(rowAlone(chunk, i))(0, false) ?? "listed";
  }
}

function* placesIn({ ids }: ChunkState, keys: readonly string[]): Generator<[key: string, i: number]> {
  for (const key of keys) {
    const i = placeOfKey(ids, key);
    if (i >= 0) yield [key, i];
  }
}
