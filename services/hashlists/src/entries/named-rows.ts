import { setImmediate } from "node:timers/promises";
import type { Document } from "@ntd/store";
import type { Collections } from "../store.ts";
import type { ChunkState } from "../chunks/entry-chunk.ts";
import { PartReader, visible, type LayerBucket, type Rows } from "./layered-rows.ts";
import { WantedPrints, type PrintsState } from "./prints.ts";
import { startOf } from "./store-entries.ts";

/** Prints that are read at once: of 64,000 entries, 200 kB. */
const PAGE = 64;
/** Chunks that are read at once. */
const READ_AT_ONCE = 4;

type Entries = Pick<Collections, "entries" | "prints">;

/** Finds some entries of a release by their ids: of its chunks only those are read that may have one of them. */
export class NamedRows {
  readonly #parts: readonly NamedPart[];

  /** @param layers the parts of the release, the oldest first. */
  constructor(collections: Entries, layers: readonly string[]) {
    this.#parts = layers.map((part) => new NamedPart(collections, part));
  }

  /**
   * Rows of a bucket among which are all those that the release lists of some ids; of what else is there some may be that
   * it does not list any more. Buckets are asked for in their order.
   *
   * @param keys of the ids.
   */
  async *in(bucket: number, keys: Iterable<string>): AsyncGenerator<Rows, void, undefined> {
    const wanted = new WantedPrints(keys);
    const [oldest, ...newer] = this.#parts;
    if (oldest === undefined) return;
    const above: LayerBucket[] = [];
    for (const part of newer) above.push(await held(part.in(bucket, wanted)));
    yield* visible([{ now: oldest.in(bucket, wanted), before: [] }, ...above]);
  }
}

async function held(rows: AsyncIterable<Rows>): Promise<LayerBucket> {
  const [now, before]: [Rows[], Rows[]] = [[], []];
  for await (const one of rows) (one.chunk.isBefore === true ? before : now).push(one);
  return { now, before };
}

class NamedPart {
  readonly #collections: Entries;
  readonly #part: string;
  #page: readonly Document<PrintsState>[] = [];
  #at = 0;
  #isEnd = false;
  /** Lists of earlier releases have no prints. */
  #hasPrints: boolean | undefined;

  constructor(collections: Entries, part: string) {
    this.#collections = collections;
    this.#part = part;
  }

  async *in(bucket: number, wanted: WantedPrints): AsyncGenerator<Rows, void, undefined> {
    this.#hasPrints ??= await this.#looksForPrints();
    if (!this.#hasPrints) {
      yield* new PartReader(this.#collections, this.#part, bucket).streamed(bucket);
      return;
    }
    const ids: string[] = [];
    const start = startOf(this.#part, bucket);
    for (let next = await this.#next(start); next?.id.startsWith(start); next = await this.#next(start)) {
      this.#at++;
      if (wanted.areIn(next.state)) ids.push(next.id);
    }
    for (let at = 0; at < ids.length; at += READ_AT_ONCE) {
      for (const chunk of await this.#chunks(ids.slice(at, at + READ_AT_ONCE))) yield { chunk };
    }
  }

  async #looksForPrints(): Promise<boolean> {
    return (await this.#collections.prints.find({ where: { part: this.#part }, limit: 1 })).length > 0;
  }

  // The first one at or behind the start of a bucket.
  async #next(start: string): Promise<Document<PrintsState> | undefined> {
    for (;;) {
      while (this.#at < this.#page.length && (this.#page[this.#at]?.id ?? "") < start) this.#at++;
      if (this.#at < this.#page.length || this.#isEnd) return this.#page[this.#at];
      const last = this.#page.at(-1)?.id ?? "";
      const after = { id: last > start ? last : start };
      this.#page = await this.#collections.prints.find({ where: { part: this.#part }, after, limit: PAGE });
      [this.#at, this.#isEnd] = [0, this.#page.length < PAGE];
      await setImmediate();
    }
  }

  // One that is not there any more had nothing left when hashes that stood there twice were made one.
  async #chunks(ids: readonly string[]): Promise<ChunkState[]> {
    const found = await Promise.all(ids.map((id) => this.#collections.entries.load(id)));
    return found.flatMap((document) => document?.state ?? []);
  }
}
