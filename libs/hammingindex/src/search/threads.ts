import type { ToBuildThread } from "../build/build-thread.ts";
import { HASH_BYTES } from "../hash/hash.ts";
import type { KernelKind } from "../kernel/kernel.ts";
import { SCRATCH_SLOTS, type Shape } from "../segments/layout.ts";
import { MemoryPool } from "../segments/memory-pool.ts";
import type { SearchResult } from "./nearest.ts";
import { unpackResults, type PackedResults } from "./packed-results.ts";
import type { MergeSource } from "../build/row-reader.ts";
import type { SearchBatch } from "./search-thread.ts";
import type { Segment } from "../segments/segment.ts";
import type { SegmentMemory } from "../segments/segment-memory.ts";
import type { SnapshotPart } from "../snapshot/snapshot-write.ts";
import { ThreadCalls, ThreadEnded } from "./thread-calls.ts";

/** Hashes of one call to a thread: who comes meanwhile waits for no more than these. */
const SHARE = 16;
/** A few rows are searched sooner than a thread is told of it. */
const [FEW_ROWS, SHARE_OF_FEW] = [10_000, 256];

/**
 * The threads of all indexes of a process: some that search, started at once, since nobody who searches is to wait for
 * that, and one that builds and merges, started when it is first needed. Each is started again after it has ended; a
 * search that it was at is repeated once.
 */
export function startThreads(options: { search: number }): IndexThreads {
  const most = SCRATCH_SLOTS - 1;
  if (!Number.isInteger(options.search) || options.search < 1 || options.search > most) {
    throw new RangeError(`search must be a whole number from 1 to ${most}, not ${options.search}`);
  }
  return new IndexThreads(options.search);
}

export class IndexThreads implements AsyncDisposable {
  readonly memories = new MemoryPool();
  readonly #searchers: Searcher[];
  readonly #builder = new ThreadCalls<ToBuildThread, Shape | undefined>(
    new URL("../build/build-thread.ts", import.meta.url),
  );

  constructor(searchers: number) {
    this.#searchers = Array.from({ length: searchers }, (_, i) => new Searcher(i + 1));
    for (const searcher of this.#searchers) searcher.start();
  }

  /**
   * Searches the hashes, one after the other in one array. A batch is cut into shares, of which each thread has one at
   * a time. The segments are held by the caller.
   */
  async search(segments: readonly Segment[], hashes: Uint8Array, radius: number, limit: number) {
    const states = segments.map((segment) => ({ segment, rows: segment.rows }));
    const rows = states.reduce((sum, state) => sum + state.rows, 0);
    const bytes = (rows <= FEW_ROWS ? SHARE_OF_FEW : SHARE) * HASH_BYTES;
    const shares = Math.ceil(hashes.length / bytes);
    const found: SearchResult[][] = [];
    let next = 0;
    const lane = async () => {
      for (let share = next++; share < shares; share = next++) {
        const part = hashes.slice(share * bytes, (share + 1) * bytes);
        found[share] = await this.#searchShare(states, part, radius, limit);
      }
    };
    await Promise.all(Array.from({ length: Math.min(shares, this.#searchers.length) }, lane));
    return found.flat();
  }

  async build(memory: SegmentMemory, shape: Shape, kernel: KernelKind): Promise<void> {
    await this.#builder.call({ build: { memory, shape, kernel } });
  }

  /** Merges into the memory, which belongs to nobody else. */
  merge(sources: MergeSource[], memory: SegmentMemory, kernel: KernelKind): Promise<Shape | undefined> {
    return this.#builder.call({ merge: { sources, memory, kernel } });
  }

  /** Writes what `parts` hold to a new file. */
  async write(file: string, parts: SnapshotPart[]): Promise<void> {
    await this.#builder.call({ write: { file, parts } });
  }

  /** Lets go of a segment that is not searched any more; its memory is for others once nobody reads it. */
  async forget(segment: Segment): Promise<void> {
    await segment.idle();
    await Promise.all(this.#searchers.map((searcher) => searcher.forget(segment)));
    this.memories.giveBack(segment.memory);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#searchers, this.#builder].map((thread) => thread[Symbol.asyncDispose]()));
  }

  async #searchShare(states: SegmentState[], hashes: Uint8Array, radius: number, limit: number) {
    const [searcher] = this.#searchers.toSorted((a, b) => a.load - b.load) as [Searcher];
    try {
      return await searcher.search(states, hashes, radius, limit);
    } catch (failure) {
      if (!(failure instanceof ThreadEnded)) throw failure;
      return searcher.search(states, hashes, radius, limit);
    }
  }
}

interface SegmentState {
  segment: Segment;
  rows: number;
}

/** One thread that searches, and which segments it knows. */
class Searcher implements AsyncDisposable {
  /** Hashes it has not answered yet. */
  load = 0;
  readonly #calls: ThreadCalls<{ search: SearchBatch } | { detach: number }, PackedResults>;
  readonly #attached = new Set<number>();
  #start = 0;

  constructor(slot: number) {
    this.#calls = new ThreadCalls(new URL("./search-thread.ts", import.meta.url), { slot });
  }

  start(): void {
    this.#calls.start();
  }

  /** Rejects with `ThreadEnded` when the thread has ended; then it is started at the next search. */
  async search(states: SegmentState[], hashes: Uint8Array, radius: number, limit: number): Promise<SearchResult[]> {
    const count = hashes.length / HASH_BYTES;
    this.load += count;
    try {
      this.#attach(states);
      const segments = states.map(({ segment, rows }) => ({ key: segment.key, rows }));
      return unpackResults(await this.#calls.call({ search: { segments, hashes, radius, limit } }));
    } finally {
      this.load -= count;
    }
  }

  /** Resolves when the thread has done what it was asked for before, and knows the segment no more. */
  async forget({ key }: Segment): Promise<void> {
    if (!this.#attached.delete(key) || !this.#calls.isRunning) return;
    await this.#calls.call({ detach: key }).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#calls[Symbol.asyncDispose]();
  }

  #attach(states: SegmentState[]): void {
    this.#calls.start();
    if (this.#calls.starts !== this.#start) this.#attached.clear();
    this.#start = this.#calls.starts;
    for (const { segment } of states) {
      const { key, memory, shape, kernel } = segment;
      if (this.#attached.has(key)) continue;
      this.#attached.add(key);
      this.#calls.tell({ attach: { key, memory, shape, kernel } });
    }
  }
}
