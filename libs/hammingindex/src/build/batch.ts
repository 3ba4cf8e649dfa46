import { requireId } from "../hash/arguments.ts";
import { requireHash } from "../hash/hash.ts";
import { LiveIndex, type HammingIndex } from "../hamming-index.ts";
import type { Segment } from "../segments/segment.ts";
import { Builder } from "./builder.ts";

/**
 * Entries that come into an index together: no search finds one of them before `commit`, and every later one finds all.
 * Until then nothing else may be added to the index. Disposed of uncommitted, it gives its memory back.
 */
export interface IndexBatch extends Disposable {
  /** Entries so far. */
  readonly size: number;
  /** Ids ascend, and are higher than those in the index. Throws a RangeError when this one is not, or id or hash is malformed. */
  add(id: number, hash: Uint8Array): void;
  /**
   * Makes many searchable where nobody searches yet, on the thread that builds. Nothing can be added after it. Rejects
   * when that thread ends, or there is no memory: then begin with a new batch.
   */
  prepare(): Promise<void>;
  /** Brings them in at once, after `prepare`, in a few milliseconds however many they are. */
  commit(): void;
}

/** Up to so many are taken one by one: a segment of its own for each few would have to be merged each time. */
const FEW = 1000;

/** `few`: how many entries are no segment of their own, 1,000 unless told. */
export function createBatch(index: HammingIndex, few: number = FEW): IndexBatch {
  if (!(index instanceof LiveIndex)) throw new TypeError("a batch goes into an index of this library");
  return new Batch(index, few);
}

class Batch implements IndexBatch {
  readonly #index: LiveIndex;
  readonly #few: number;
  #kept: { id: number; hash: Uint8Array }[] = [];
  #builder: Builder | undefined;
  #segments: readonly Segment[] = [];
  #lastId: number;
  #stage: "open" | "prepared" | "over" = "open";

  constructor(index: LiveIndex, few: number) {
    this.#index = index;
    this.#few = few;
    this.#lastId = index.lastId;
  }

  get size(): number {
    return this.#builder?.size ?? this.#kept.length;
  }

  add(id: number, hash: Uint8Array): void {
    this.#require("open");
    requireId(id);
    requireHash(hash);
    if (id <= this.#lastId) throw new RangeError(`id ${id} does not come after ${this.#lastId}`);
    this.#lastId = id;
    if (this.#builder === undefined && this.#kept.length < this.#few) {
      this.#kept.push({ id, hash: hash.slice() });
      return;
    }
    this.#builder ??= this.#builderOfKept();
    this.#builder.add(id, hash);
  }

  async prepare(): Promise<void> {
    this.#require("open");
    this.#stage = "prepared";
    const segments = (await this.#builder?.segments()) ?? [];
    if (this.#stage === "prepared") this.#segments = segments;
    else this.#giveBack(segments);
  }

  commit(): void {
    this.#require("prepared");
    this.#stage = "over";
    for (const { id, hash } of this.#kept) this.#index.add(id, hash);
    if (this.#segments.length > 0) this.#index.adopt(this.#segments);
  }

  [Symbol.dispose](): void {
    if (this.#stage === "over") return;
    if (this.#stage === "open") this.#builder?.[Symbol.dispose]();
    this.#stage = "over";
    this.#giveBack(this.#segments);
  }

  #builderOfKept(): Builder {
    const { threads, kernel } = this.#index.means;
    const builder = new Builder({ kernel, ...(threads && { threads }) });
    for (const { id, hash } of this.#kept) builder.add(id, hash);
    this.#kept = [];
    return builder;
  }

  #giveBack(segments: readonly Segment[]): void {
    for (const { memory } of segments) this.#index.means.memories.giveBack(memory);
  }

  #require(stage: "open" | "prepared"): void {
    if (this.#stage !== stage) throw new Error(`the batch is ${this.#stage}, not ${stage}`);
  }
}
