import { setImmediate } from "node:timers/promises";
import { Problem } from "@ntd/service";
import type { Document } from "@ntd/store";
import { ChunkBuilder, CHUNK, type ChunkState } from "./entry-chunk.ts";
import { entryIds } from "./entry-id.ts";
import type { LineFault } from "../releases/release.ts";
import type { ReadEntry } from "../releases/release-reader.ts";
import { MAX_LINES, SeenIds } from "../releases/seen-ids.ts";
import type { Collections } from "../store.ts";

/** Chunks that are written or removed at once, between which other calls have their turn. */
const AT_ONCE = 8;
/** Chunks that are read at once. */
const READ_AT_ONCE = 4;

interface Bucket {
  seen: SeenIds;
  builder: ChunkBuilder;
  chunks: number;
}

/**
 * Writes the entries of one part in chunks, by the first byte of their ids, so that an entry is found by its id in one
 * range of documents. Holds what is not written yet, up to 256 chunks, and every id with its line.
 */
export class EntryWriter {
  readonly #entries: Collections["entries"];
  readonly #part: string;
  readonly #idOf: ReturnType<typeof entryIds>;
  readonly #buckets: Bucket[] = [];
  #full: { id: string; state: ChunkState }[] = [];
  #keeps = true;
  /** Entries that were taken. */
  count = 0;

  constructor({ entries }: Pick<Collections, "entries">, setId: string, part: string) {
    this.#entries = entries;
    this.#part = part;
    this.#idOf = entryIds(setId);
  }

  /** Takes lines in. A hash that an earlier line has already is a fault: nobody could say which line holds. */
  async add(lines: readonly ReadEntry[]): Promise<LineFault[]> {
    const faults: LineFault[] = [];
    for (const entry of lines) {
      const earlier = this.#take(entry);
      if (earlier === undefined) continue;
      faults.push({
        line: entry.line,
        field: "value",
        problem: `is the same hash as in line ${earlier}; keep one of them`,
      });
    }
    if (this.#keeps && this.#full.length >= AT_ONCE) await this.#write();
    return faults;
  }

  /** The list is refused: writes nothing any more, and goes on to look for hashes that stand there twice. */
  discard(): void {
    this.#keeps = false;
  }

  /** Writes the rest. */
  async end(): Promise<void> {
    if (!this.#keeps) return;
    this.#buckets.forEach((bucket, first) => bucket.builder.count > 0 && this.#cut(first, bucket));
    await this.#write();
  }

  // The line that has this hash already.
  #take(entry: ReadEntry): number | undefined {
    if (entry.line > MAX_LINES) throw new Problem("TOO_LARGE", `The file has more than ${MAX_LINES} lines.`);
    const id = this.#idOf(entry.algorithm, entry.value);
    const first = id[0] ?? 0;
    const bucket = (this.#buckets[first] ??= { seen: new SeenIds(), builder: new ChunkBuilder(), chunks: 0 });
    const earlier = bucket.seen.note(id, entry.line);
    if (earlier !== undefined || !this.#keeps) return earlier;
    bucket.builder.add(id, entry);
    if (bucket.builder.count === CHUNK) this.#cut(first, bucket);
    this.count++;
    return undefined;
  }

  #cut(first: number, bucket: Bucket): void {
    const id = `${startOf(this.#part, first)}${String(bucket.chunks++).padStart(8, "0")}`;
    this.#full.push({ id, state: bucket.builder.take(this.#part) });
  }

  async #write(): Promise<void> {
    const full = this.#full;
    this.#full = [];
    for (let at = 0; at < full.length; at += AT_ONCE) {
      await this.#entries.insertMany(full.slice(at, at + AT_ONCE), { isBulk: true });
      await setImmediate();
    }
  }
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

/** Removes the entries of a part, however often it is begun; false when `stop` aborts before the last one. */
export async function removeEntries(
  { entries }: Pick<Collections, "entries">,
  part: string,
  stop: AbortSignal,
): Promise<boolean> {
  while (!stop.aborted) {
    const some = await entries.find({ where: { part }, limit: AT_ONCE });
    if (some.length === 0) return true;
    await entries.remove(...some.map(({ id }) => id));
    await setImmediate();
  }
  return false;
}

// What the ids of a bucket's chunks begin with.
function startOf(part: string, bucket: number): string {
  return `${part}.${bucket.toString(16).padStart(2, "0")}.`;
}
