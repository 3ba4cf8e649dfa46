import type { ChunkState } from "../chunks/entry-chunk.ts";
import { idKeys } from "./entry-id.ts";
import { chunksOf } from "./store-entries.ts";
import type { Collections } from "../store.ts";

export const BUCKETS = 256;

/** Some entries of a chunk; absent: all of them. */
export interface Rows {
  chunk: ChunkState;
  only?: readonly number[];
}

/** A bucket of one layer: its entries, and how those that it changes or removes stood before. */
export interface LayerBucket {
  now: Iterable<Rows> | AsyncIterable<Rows>;
  before: readonly Rows[];
}

/**
 * What a release lists, a bucket after the other: in memory is a 256th of the layers above the oldest. Of a bucket the
 * newest layer comes first.
 *
 * @param layers the parts of the release, the oldest first.
 * @param from the first bucket.
 */
export async function* listedRows(
  collections: Pick<Collections, "entries">,
  layers: readonly string[],
  from = 0,
): AsyncGenerator<Rows, void, undefined> {
  const readers = layers.map((part) => new PartReader(collections, part, from));
  for (let at = from; at < BUCKETS; at++) {
    const [oldest, ...newer] = readers;
    if (oldest === undefined) return;
    const above: LayerBucket[] = [];
    for (const reader of newer) above.push(await reader.held(at));
    yield* visible([{ now: oldest.streamed(at), before: [] }, ...above]);
  }
}

/** The entries of a bucket that no newer layer changes or removes. */
export async function* visible(layers: readonly LayerBucket[]): AsyncGenerator<Rows, void, undefined> {
  const covered = new Set<string>();
  for (const [nth, { now, before }] of layers.toReversed().entries()) {
    const own: string[] = [];
    const isOldest = nth === layers.length - 1;
    for await (const rows of now) {
      const uncovered = covered.size === 0 ? rows : { chunk: rows.chunk, only: placesOf(rows, covered) };
      if (uncovered.only === undefined || uncovered.only.length > 0) yield uncovered;
      if (!isOldest) own.push(...keysOf(rows));
    }
    for (const key of own) covered.add(key);
    for (const rows of before) for (const key of keysOf(rows)) covered.add(key);
  }
}

/** How the entries that some layers change or remove stood below all of them, and which ids they tell of. */
export async function stoodBelow(layers: readonly LayerBucket[]): Promise<{ rows: Rows[]; touched: Set<string> }> {
  const touched = new Set<string>();
  const stood: Rows[] = [];
  for (const { now, before } of layers) {
    // Only the first layer that tells of an entry knows how it stood below them.
    for (const rows of before) stood.push({ chunk: rows.chunk, only: placesOf(rows, touched) });
    for (const rows of before) for (const key of keysOf(rows)) touched.add(key);
    for await (const rows of now) for (const key of keysOf(rows)) touched.add(key);
  }
  return { rows: stood, touched };
}

/** The rows of those ids that are not among these. */
export function without(all: readonly Rows[], ids: ReadonlySet<string>): Rows[] {
  return all.map((rows) => ({ chunk: rows.chunk, only: placesOf(rows, ids) })).filter(({ only }) => only.length > 0);
}

export function placesIn({ chunk, only }: Rows): Iterable<number> {
  return only ?? chunk.algorithms.keys();
}

export function keysOf(rows: Rows): string[] {
  const keys = idKeys(rows.chunk.ids);
  return rows.only === undefined ? keys : rows.only.map((i) => keys[i] ?? "");
}

function placesOf(rows: Rows, covered: ReadonlySet<string>): number[] {
  const keys = idKeys(rows.chunk.ids);
  return [...placesIn(rows)].filter((i) => !covered.has(keys[i] ?? ""));
}

/** The chunks of a part in the order of their buckets, read once. */
export class PartReader {
  readonly #pages: AsyncIterator<{ state: ChunkState }[]>;
  #page: ChunkState[] = [];
  #at = 0;

  /** @param bucket the first one that is asked for. */
  constructor(collections: Pick<Collections, "entries">, part: string, bucket?: number) {
    this.#pages = chunksOf(collections, part, bucket);
  }

  /** Buckets are asked for in their order. */
  async *streamed(bucket: number): AsyncGenerator<Rows, void, undefined> {
    for (let chunk = await this.#peek(); chunk?.bucket === bucket; chunk = await this.#peek()) {
      this.#at++;
      yield { chunk };
    }
  }

  async held(bucket: number): Promise<{ now: Rows[]; before: Rows[] }> {
    const [now, before]: [Rows[], Rows[]] = [[], []];
    for await (const rows of this.streamed(bucket)) (rows.chunk.isBefore === true ? before : now).push(rows);
    return { now, before };
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
