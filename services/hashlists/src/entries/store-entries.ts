import { setImmediate } from "node:timers/promises";
import { Problem } from "@ntd/service";
import type { Collection, Document } from "@ntd/store";
import { ChunkBuilder } from "../chunks/chunk-builder.ts";
import type { ChunkState } from "../chunks/entry-chunk.ts";
import { entryIds } from "./entry-id.ts";
import { printsOf } from "./prints.ts";
import type { ReadEntry } from "../reading/release-reader.ts";
import { MAX_LINES } from "../reading/seen-ids.ts";
import type { Collections } from "../store.ts";
import { WriteBehind } from "./write-behind.ts";

/** Chunks that are written or removed at once, between which other calls have their turn. */
const AT_ONCE = 8;
/** Chunks that are read at once. */
const READ_AT_ONCE = 4;

/** More entries than this whose ids begin with the same byte are no list: it would have a quarter of a thousand million. */
export const MOST_ALIKE = 1_000_000;

type Written = Pick<Collections, "entries" | "prints">;

interface Bucket {
  /** Of what is not written yet. */
  builder?: ChunkBuilder | undefined;
  chunks: number;
  count: number;
}

/**
 * Writes rows of one part in chunks, by the first byte of their ids, so that an entry is found by its id in one range of
 * documents. Holds what is not written yet, up to 256 chunks, and nothing of what is.
 */
export class PartWriter {
  readonly #collections: Written;
  readonly #part: string;
  readonly #isBefore: boolean;
  #buckets: Bucket[] = [];
  readonly #full: { id: string; state: ChunkState }[] = [];
  readonly #behind = new WriteBehind();
  /** Rows that were taken. */
  count = 0;

  /** @param isBefore these are no entries of the part: they stood so below it. */
  constructor(collections: Written, part: string, isBefore = false) {
    this.#collections = collections;
    this.#part = part;
    this.#isBefore = isBefore;
  }

  /** @throws Problem TOO_LARGE for more than can be told apart. */
  put(id: Uint8Array, entry: ReadEntry): void {
    const first = id[0] ?? 0;
    const bucket = (this.#buckets[first] ??= { chunks: 0, count: 0 });
    if (++bucket.count > MOST_ALIKE) throw tooManyAlike(entry.line);
    const builder = (bucket.builder ??= new ChunkBuilder());
    builder.add(id, entry);
    if (builder.isFull) this.#cut(first, bucket, builder);
    this.count++;
  }

  /** Writes what is full. */
  async flush(): Promise<void> {
    while (this.#full.length >= AT_ONCE) await this.#write();
  }

  /** Of those whose ids begin so there are no more for now: what is held of them is to be written. */
  cut(first: number): void {
    const bucket = this.#buckets[first];
    if (bucket?.builder === undefined) return;
    if (bucket.builder.count > 0) this.#cut(first, bucket, bucket.builder);
    bucket.builder[Symbol.dispose]();
    bucket.builder = undefined;
  }

  /** Writes the rest. */
  async end(): Promise<void> {
    // Each goes as it is written: all of them are 33 MB, and up to 100.
    for (const first of this.#buckets.keys()) {
      this.cut(first);
      await this.flush();
    }
    while (this.#full.length > 0) await this.#write();
    await this.#behind.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const bucket of this.#buckets.splice(0)) bucket?.builder?.[Symbol.dispose]();
    await this.#behind.settle();
  }

  #cut(first: number, bucket: Bucket, builder: ChunkBuilder): void {
    const nth = `${this.#isBefore ? "b" : ""}${String(bucket.chunks++).padStart(8, "0")}`;
    const state = builder.take(this.#part, this.#isBefore);
    this.#full.push({ id: `${startOf(this.#part, first)}${nth}`, state });
  }

  async #write(): Promise<void> {
    const some = this.#full.splice(0, AT_ONCE);
    const prints = some.map(({ id, state }) => ({ id, state: printsOf(state) }));
    const { prints: printed, entries } = this.#collections;
    // Both in one step where the store has them; no release names the part before both are there.
    await this.#behind.begin(async () => {
      const both = [printed.insertMany(prints, { isBulk: true }), entries.insertMany(some, { isBulk: true })];
      // Whatever became of the one, the other is on its way as long as this is.
      const failed = (await Promise.allSettled(both)).find((one) => one.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    });
    await setImmediate();
  }
}

/** Writes the entries of one part as they are read. */
export class EntryWriter {
  readonly #rows: PartWriter;
  readonly #idOf: ReturnType<typeof entryIds>;

  constructor(collections: Written, setId: string, part: string) {
    this.#rows = new PartWriter(collections, part);
    this.#idOf = entryIds(setId);
  }

  /** Entries that were taken. */
  get count(): number {
    return this.#rows.count;
  }

  /**
   * Takes lines in.
   *
   * @throws Problem TOO_LARGE for more than can be told apart.
   */
  async add(lines: readonly ReadEntry[]): Promise<void> {
    for (const entry of lines) {
      if (entry.line > MAX_LINES) throw new Problem("TOO_LARGE", `The file has more than ${MAX_LINES} lines.`);
      this.#rows.put(this.#idOf(entry.algorithm, entry.value), entry);
    }
    await this.#rows.flush();
  }

  /** Writes the rest. */
  async end(): Promise<void> {
    await this.#rows.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rows[Symbol.asyncDispose]();
  }
}

function tooManyAlike(line: number): Problem {
  const limit = `at most ${MOST_ALIKE} entries whose ids begin alike, which are 256 million hashes of any list`;
  return new Problem("TOO_LARGE", `Line ${line}: a list has ${limit}; cut it into several sets.`);
}

/** The chunks of a part, in the order of their buckets; from one bucket on, if that is said. */
export async function* chunksOf(
  { entries }: Pick<Collections, "entries">,
  part: string,
  bucket?: number,
): AsyncGenerator<Document<ChunkState>[], void, undefined> {
  const from = bucket === undefined ? {} : { after: { id: startOf(part, bucket) } };
  for await (const page of entries.pages({ where: { part }, ...from }, READ_AT_ONCE)) {
    yield page;
    await setImmediate();
  }
}

/** What documents of a part can be removed by without being read: of what an upload kept, each is a megabyte. */
type Removable = Pick<Collection<unknown, "part">, "project" | "remove">;

/**
 * Removes all that hangs on a part, however often it is begun; false when `stop` aborts before the last of it. No release
 * names it, nor does another one's layer: that is what its own release says before.
 */
export async function removePart(
  { entries, prints, staged, refused }: Record<"entries" | "prints" | "staged" | "refused", Removable>,
  part: string,
  stop: AbortSignal,
): Promise<boolean> {
  for (const collection of [entries, prints, staged, refused]) await removeAll(collection, { part }, stop);
  return !stop.aborted;
}

/** Removes all such documents; false when `stop` aborts before the last of them. */
export async function removeAll(
  collection: Removable,
  where: { part: string | { in: readonly string[] } },
  stop: AbortSignal,
): Promise<boolean> {
  while (!stop.aborted) {
    const { columns } = await collection.project({ where, limit: AT_ONCE }, { id: "text" });
    if (columns.id.length === 0) break;
    await collection.remove(...columns.id);
    await setImmediate();
  }
  return !stop.aborted;
}

/** What the ids of a bucket's chunks begin with. */
export function startOf(part: string, bucket: number): string {
  return `${part}.${bucket.toString(16).padStart(2, "0")}.`;
}
