import { bandCountFor } from "../hash/bands.ts";
import { buildInPlace } from "./build.ts";
import { requireHash } from "../hash/hash.ts";
import { requireId } from "../hash/arguments.ts";
import { defaultKernel, type KernelKind } from "../kernel/kernel.ts";
import { layoutOf, MAX_SEGMENT_ROWS, ROWS_AT, type Shape } from "../segments/layout.ts";
import { LiveIndex, type HammingIndex, type IndexOptions } from "../hamming-index.ts";
import { MemoryPool } from "../segments/memory-pool.ts";
import { bufferOf, grow, type SegmentMemory } from "../segments/segment-memory.ts";
import { Segment } from "../segments/segment.ts";

/**
 * Takes many entries in at once: their rows are written where they will stay, and made searchable by `build`. About
 * 0.4 µs an entry for the whole (10 million: 4 s).
 */
export interface IndexBuilder extends Disposable {
  /** Entries so far. */
  readonly size: number;
  /** Adds an entry; ids ascend. Throws a RangeError when this one does not, or id or hash is malformed. */
  add(id: number, hash: Uint8Array): void;
  /** Adds hashes that follow each other in one array, with ids from `firstId` on. */
  addRows(firstId: number, hashes: Uint8Array): void;
  /**
   * The index, in which more can be added. The builder is of no more use after this, nor after it was disposed of. Rejects
   * when the thread that builds ends, or there is no memory: then begin with a new one.
   */
  build(): Promise<HammingIndex>;
}

/** `rows`: how many entries are expected; only finds a better place for them. */
export function createBuilder(options: BuilderOptions = {}): IndexBuilder {
  return new Builder(options);
}

export interface BuilderOptions extends IndexOptions {
  rows?: number;
}

/** Grows by so much at a time. */
const STEP_BYTES = 1024 * 1024;

export class Builder implements IndexBuilder {
  readonly #options: BuilderOptions;
  readonly #segmentRows: number;
  readonly #kernel: KernelKind;
  readonly #memories: MemoryPool;
  readonly #parts: Part[] = [];
  #size = 0;
  #lastId = -1;
  #spent = false;

  constructor(options: BuilderOptions, segmentRows: number = MAX_SEGMENT_ROWS) {
    this.#options = options;
    this.#segmentRows = segmentRows;
    this.#kernel = options.kernel ?? defaultKernel;
    this.#memories = options.threads?.memories ?? new MemoryPool();
  }

  get size(): number {
    return this.#size;
  }

  add(id: number, hash: Uint8Array): void {
    requireHash(hash);
    this.addRows(id, hash);
  }

  addRows(firstId: number, hashes: Uint8Array): void {
    this.#requireOpen();
    const count = hashes.length / 32;
    if (!Number.isInteger(count)) throw new RangeError(`hashes must be 32 bytes each, not ${hashes.length} in all`);
    if (count === 0) return;
    requireId(firstId);
    requireId(firstId + count - 1);
    if (firstId <= this.#lastId) throw new RangeError(`id ${firstId} does not come after ${this.#lastId}`);
    for (let from = 0; from < count;) {
      const part = this.#partWithRoom();
      const to = Math.min(count, from + this.#segmentRows - part.rows);
      part.push(firstId + from, hashes.subarray(from * 32, to * 32));
      this.#lastId = firstId + to - 1;
      this.#size += to - from;
      from = to;
    }
  }

  async build(): Promise<HammingIndex> {
    return new LiveIndex(this.#options, { segments: await this.segments() });
  }

  /** What was taken in as segments of no index yet: their memory is the caller's to give back. */
  async segments(): Promise<Segment[]> {
    this.#requireOpen();
    this.#spent = true;
    const segments: Segment[] = [];
    try {
      for (const part of this.#parts) segments.push(await part.build(this.#options, this.#kernel));
    } catch (failure) {
      for (const part of this.#parts) this.#memories.giveBack(part.memory);
      throw failure;
    }
    return segments;
  }

  [Symbol.dispose](): void {
    if (this.#spent) return;
    this.#spent = true;
    for (const part of this.#parts) this.#memories.giveBack(part.memory);
  }

  #requireOpen(): void {
    if (this.#spent) throw new Error("the builder was used; begin with a new one");
  }

  #partWithRoom(): Part {
    const last = this.#parts.at(-1);
    if (last !== undefined && last.rows < this.#segmentRows) return last;
    const rows = Math.min(this.#segmentRows, (this.#options.rows ?? 0) - this.#size);
    const part = new Part(
      rows > 0
        ? this.#memories.take(this.#kernel, layoutOf({ rows, bandCount: bandCountFor(rows), firstId: 0 }).bytes)
        : this.#memories.take(this.#kernel, STEP_BYTES, Infinity),
    );
    this.#parts.push(part);
    return part;
  }
}

/** The rows of one segment to be. */
class Part {
  rows = 0;
  readonly memory: SegmentMemory;
  #bytes: Uint8Array;
  #firstId = 0;
  /** Only from the first gap on. */
  #ids: Uint32Array | undefined;

  constructor(memory: SegmentMemory) {
    this.memory = memory;
    this.#bytes = new Uint8Array(bufferOf(memory));
  }

  push(firstId: number, hashes: Uint8Array): void {
    const end = ROWS_AT + this.rows * 32 + hashes.length;
    if (end > this.#bytes.length) {
      grow(this.memory, Math.max(end, Math.floor(this.#bytes.length * 1.1)) + STEP_BYTES);
      this.#bytes = new Uint8Array(bufferOf(this.memory));
    }
    this.#bytes.set(hashes, ROWS_AT + this.rows * 32);
    const count = hashes.length / 32;
    if (this.rows === 0) this.#firstId = firstId;
    if (this.#ids !== undefined || firstId !== this.#firstId + this.rows) this.#noteIds(firstId, count);
    this.rows += count;
  }

  async build({ threads }: IndexOptions, kernel: KernelKind): Promise<Segment> {
    const firstId = this.#ids === undefined ? this.#firstId : undefined;
    const shape: Shape = { rows: this.rows, bandCount: bandCountFor(this.rows), firstId };
    const layout = layoutOf(shape);
    grow(this.memory, layout.bytes);
    const buffer = bufferOf(this.memory);
    if (this.#ids !== undefined) {
      new Uint32Array(buffer, layout.idsAt, this.rows).set(this.#ids.subarray(0, this.rows));
    }
    if (threads === undefined) buildInPlace(this.memory, shape, kernel);
    else await threads.build(this.memory, shape, kernel);
    return new Segment(this.memory, shape, this.rows, kernel);
  }

  #noteIds(firstId: number, count: number): void {
    let ids = (this.#ids ??= Uint32Array.from({ length: this.rows }, (_, row) => this.#firstId + row));
    if (this.rows + count > ids.length) {
      ids = new Uint32Array(Math.ceil((this.rows + count) * 1.5));
      ids.set(this.#ids);
      this.#ids = ids;
    }
    for (let i = 0; i < count; i++) ids[this.rows + i] = firstId + i;
  }
}
