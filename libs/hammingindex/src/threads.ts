import type { ToBuildThread } from "./build-thread.ts";
import type { KernelKind } from "./kernel.ts";
import { SCRATCH_SLOTS, type Shape } from "./layout.ts";
import { MemoryPool } from "./memory-pool.ts";
import type { SearchResult } from "./nearest.ts";
import { unpackResults, type PackedResults } from "./packed-results.ts";
import type { MergeSource } from "./row-reader.ts";
import type { SearchBatch } from "./search-thread.ts";
import type { Segment } from "./segment.ts";
import type { SegmentMemory } from "./segment-memory.ts";
import { ThreadCalls } from "./thread-calls.ts";

/** Below this many hashes a batch is not cut into parts for several threads. */
const WORTH_SHARING = 32;

/**
 * The threads of all indexes of a process: some that search and one that builds and merges. Each is started when it is
 * first needed, and again after it has ended.
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
  readonly #builder = new ThreadCalls<ToBuildThread, Shape | undefined>(new URL("build-thread.ts", import.meta.url));

  constructor(searchers: number) {
    this.#searchers = Array.from({ length: searchers }, (_, i) => new Searcher(i + 1));
  }

  /** Searches the hashes, one after the other in one array; each thread takes a part of a large batch. */
  async search(segments: readonly Segment[], hashes: Uint8Array, radius: number, limit: number) {
    const count = hashes.length / 32;
    const states = segments.map((segment) => ({ segment, rows: segment.rows }));
    const parts = count < WORTH_SHARING ? 1 : this.#searchers.length;
    const size = Math.ceil(count / parts) * 32;
    const byLoad = this.#searchers.toSorted((a, b) => a.load - b.load);
    const shares = Array.from({ length: Math.ceil(hashes.length / size) }, (_, i) =>
      hashes.subarray(i * size, (i + 1) * size),
    );
    const found = await Promise.all(
      shares.map((share, i) => (byLoad[i] as Searcher).search(states, share, radius, limit)),
    );
    return found.flat();
  }

  async build(memory: SegmentMemory, shape: Shape, kernel: KernelKind): Promise<void> {
    await this.#builder.call({ kernel, build: { memory, shape } });
  }

  /** Merges into the memory, which belongs to nobody else. */
  merge(sources: MergeSource[], memory: SegmentMemory, kernel: KernelKind): Promise<Shape | undefined> {
    return this.#builder.call({ kernel, merge: { sources, memory } });
  }

  /** Lets go of a segment that is not searched any more; its memory is taken for others once no thread reads it. */
  async forget(segment: Segment): Promise<void> {
    await Promise.all(this.#searchers.map((searcher) => searcher.forget(segment)));
    segment.retire(() => this.memories.giveBack(segment.memory));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#searchers, this.#builder].map((thread) => thread[Symbol.asyncDispose]()));
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
    this.#calls = new ThreadCalls(new URL("search-thread.ts", import.meta.url), { slot });
  }

  /** Rejects with `ThreadEnded` when the thread has ended; then it is started at the next search. */
  async search(states: SegmentState[], hashes: Uint8Array, radius: number, limit: number): Promise<SearchResult[]> {
    const count = hashes.length / 32;
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
    if (!this.#attached.delete(key)) return;
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
