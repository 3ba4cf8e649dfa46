import { requireId, requireWhole } from "./hash/arguments.ts";
import { HASH_BYTES, requireHash } from "./hash/hash.ts";
import { defaultKernel, type KernelKind } from "./kernel/kernel.ts";
import { MAX_LIMIT } from "./segments/layout.ts";
import { MemoryPool } from "./segments/memory-pool.ts";
import { Merging, type Means } from "./build/merging.ts";
import type { SearchResult } from "./search/nearest.ts";
import { searchSegments } from "./segments/search-segments.ts";
import type { Segment } from "./segments/segment.ts";
import { writeParts, writeSnapshot } from "./snapshot/snapshot-write.ts";
import { Tail } from "./segments/tail.ts";
import type { IndexThreads } from "./search/threads.ts";

/**
 * Exact range search over 256-bit hashes. An id is a whole number from 0 to 2^32 − 1 that the caller chooses, one for
 * each entry; any number of entries may have the same hash. What a call has changed, the next search sees, and no
 * search waits for a change. Closing it waits for the calls that are under way; every call after that is an Error.
 */
export interface HammingIndex extends AsyncDisposable {
  /** Entries that searches can find; disabled ones are not counted. */
  readonly size: number;
  /** Adds an entry. Throws a RangeError when the id is already there (also disabled), or id or hash is malformed. */
  add(id: number, hash: Uint8Array): void;
  /** Hides an entry from searches, its id stays taken. Returns whether it was visible. */
  disable(id: number): boolean;
  /**
   * Forgets an entry, visible or not; its id is free again. Returns whether it was there. Its hash leaves memory and
   * snapshots with the next merge of its segment, at the latest when half of that is removed.
   */
  remove(id: number): boolean;
  /**
   * Finds every entry within `radius` bits (0 to 256, the radius itself included), nearest first and among equals by
   * id. At most `limit` (1 to `MAX_LIMIT`, default 1,000) are returned, and `more` says whether that cut any off.
   * Rejects with a RangeError on a malformed argument.
   */
  search(hash: Uint8Array, radius: number, limit?: number): Promise<SearchResult>;
  /** The same for several hashes; the results are in the order of the hashes. What is added meanwhile is not found. */
  searchMany(hashes: readonly Uint8Array[], radius: number, limit?: number): Promise<SearchResult[]>;
  /** What `search` finds, by reading every row on the calling thread: for tests and benchmarks to compare with. */
  scan(hash: Uint8Array, radius: number, limit?: number): SearchResult;
  /**
   * Writes the index, as it is at the call, to a file for `openSnapshot`: aside first, flushed, then renamed. Rejects
   * with the file system's error, and leaves what was there before unless only the last flush of the folder failed. A
   * process that is killed meanwhile leaves a file that ends in .part, for the owner of the folder to remove. 10 million
   * entries take 1.24 GB.
   */
  save(file: string): Promise<void>;
  stats(): IndexStats;
  /** Resolves when nothing is being merged. */
  settled(): Promise<void>;
}

export interface IndexStats {
  /** Entries, the disabled ones included. */
  rows: number;
  disabled: number;
  segments: number;
  /** Rows that are scanned since they are not in a segment yet. */
  tail: number;
  /** Of rows, ids, bands and marks; room to work in comes on top. */
  bytes: number;
  /** Merges that did not come to an end since the start; what they were to merge is searched as it was. */
  failedMerges: number;
}

export interface IndexOptions {
  /** Search, build and merge there; without them all of it is done by the calling thread. */
  threads?: IndexThreads;
  /** The inner loops; WebAssembly unless told otherwise. */
  kernel?: KernelKind;
}

/** How many entries a search returns unless told otherwise. */
export const DEFAULT_LIMIT = 1000;

/** An empty index. */
export function createIndex(options: IndexOptions = {}): HammingIndex {
  return new LiveIndex(options, {});
}

/** Segments that never change but for marks, and a small tail that takes what is new. */
export class LiveIndex implements HammingIndex {
  readonly means: Means;
  readonly #merging: Merging;
  #tail: Tail | undefined;
  #closed = false;

  constructor(options: IndexOptions, from: { segments?: Segment[]; tails?: Tail[] }) {
    const { threads, kernel = defaultKernel } = options;
    this.means = { threads, kernel, memories: threads?.memories ?? new MemoryPool() };
    const tails = from.tails ?? [];
    this.#tail = tails.find(({ isFull }) => !isFull);
    this.#merging = new Merging(
      this.means,
      from.segments ?? [],
      tails.filter((tail) => tail !== this.#tail),
    );
  }

  get size(): number {
    return this.#all.reduce((sum, { rows, hidden }) => sum + rows - hidden, 0);
  }

  add(id: number, hash: Uint8Array): void {
    this.#requireOpen();
    requireId(id);
    requireHash(hash);
    if (this.#place(id) !== undefined) throw new RangeError(`id ${id} is already in the index`);
    this.#tail ??= Tail.empty(this.means.kernel, this.means.memories);
    this.#tail.push(id, hash);
    if (!this.#tail.isFull) return;
    const full = this.#tail;
    this.#tail = undefined;
    this.#merging.take(full);
  }

  disable(id: number): boolean {
    this.#requireOpen();
    const place = this.#place(id);
    if (place === undefined) return false;
    this.#merging.note({ id, removed: false });
    return place.in.hide(place.row);
  }

  remove(id: number): boolean {
    this.#requireOpen();
    const place = this.#place(id);
    if (place === undefined) return false;
    this.#merging.note({ id, removed: true });
    place.in.remove(place.row);
    this.#merging.start();
    return true;
  }

  /** The highest id that is there; −1 where none is. */
  get lastId(): number {
    let last = -1;
    for (const { ids, rows, shape } of this.#all) {
      // Only in a tail, which has no bands, they lie in the order in which they came.
      const from = shape.bandCount > 0 ? Math.max(0, rows - 1) : 0;
      for (let row = from; row < rows; row++) last = Math.max(last, ids.idOf(row));
    }
    return last;
  }

  /** Takes over, in one step, segments whose ids are all higher than those that are here. */
  adopt(segments: readonly Segment[]): void {
    this.#requireOpen();
    this.#merging.adopt(segments);
  }

  async search(hash: Uint8Array, radius: number, limit: number = DEFAULT_LIMIT): Promise<SearchResult> {
    if (this.means.threads !== undefined) return (await this.searchMany([hash], radius, limit))[0] as SearchResult;
    this.#requireOpen();
    requireSearch(radius, limit);
    requireHash(hash);
    return searchSegments(this.#all, hash, radius, limit);
  }

  async searchMany(hashes: readonly Uint8Array[], radius: number, limit = DEFAULT_LIMIT): Promise<SearchResult[]> {
    this.#requireOpen();
    requireSearch(radius, limit);
    for (const hash of hashes) requireHash(hash);
    const { threads } = this.means;
    const segments = this.#all;
    if (threads === undefined) return hashes.map((hash) => searchSegments(segments, hash, radius, limit));
    for (const segment of segments) segment.hold();
    try {
      return await threads.search(segments, together(hashes), radius, limit);
    } finally {
      for (const segment of segments) segment.release();
    }
  }

  scan(hash: Uint8Array, radius: number, limit: number = DEFAULT_LIMIT): SearchResult {
    this.#requireOpen();
    requireSearch(radius, limit);
    requireHash(hash);
    return searchSegments(this.#all, hash, radius, limit, "scan");
  }

  async save(file: string): Promise<void> {
    this.#requireOpen();
    const { segments, tails } = this.#merging;
    const { threads } = this.means;
    const write = threads === undefined ? writeParts : threads.write.bind(threads);
    await writeSnapshot(file, segments, this.#tail === undefined ? tails : [...tails, this.#tail], write);
  }

  stats(): IndexStats {
    const all = this.#all;
    const { segments } = this.#merging;
    const sum = (of: (segment: Segment) => number) => all.reduce((total, segment) => total + of(segment), 0);
    return {
      rows: sum(({ rows, removed }) => rows - removed),
      disabled: sum(({ hidden, removed }) => hidden - removed),
      segments: segments.length,
      tail: sum(({ rows }) => rows) - segments.reduce((total, { rows }) => total + rows, 0),
      bytes: sum(({ layout }) => layout.workAt - layout.rowsAt),
      failedMerges: this.#merging.failures,
    };
  }

  settled(): Promise<void> {
    return this.#merging.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#merging.settled();
    const { threads } = this.means;
    if (threads !== undefined) await Promise.all(this.#all.map((segment) => threads.forget(segment)));
  }

  #requireOpen(): void {
    if (this.#closed) throw new Error("the index was closed");
  }

  get #all(): Segment[] {
    const all = this.#merging.all;
    return this.#tail === undefined ? all : [...all, this.#tail.segment];
  }

  #place(id: number): { in: Pick<Tail, "hide" | "remove">; row: number } | undefined {
    const row = this.#tail?.rowOf(id) ?? -1;
    return this.#tail !== undefined && row >= 0 ? { in: this.#tail, row } : this.#merging.place(id);
  }
}

function requireSearch(radius: number, limit: number): void {
  requireWhole("radius", radius, 0, 256);
  requireWhole("limit", limit, 1, MAX_LIMIT);
}

function together(hashes: readonly Uint8Array[]): Uint8Array {
  const packed = new Uint8Array(hashes.length * HASH_BYTES);
  for (const [i, hash] of hashes.entries()) packed.set(hash, i * HASH_BYTES);
  return packed;
}
