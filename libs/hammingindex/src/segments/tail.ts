import { word } from "../hash/hash.ts";
import { layoutOf, writeTables, type Shape } from "./layout.ts";
import type { KernelKind } from "../kernel/kernel.ts";
import type { MemoryPool } from "./memory-pool.ts";
import { bufferOf } from "./segment-memory.ts";
import { Segment } from "./segment.ts";

/** Rows of a tail. Scanning them all takes some 20 µs. */
export const TAIL_ROWS = 16_384;

/** The newest rows, in the order in which they came: scanned, and no longer added to once full. */
export class Tail {
  readonly segment: Segment;
  readonly #rowOf = new Map<number, number>();
  readonly #words: Uint32Array;
  readonly #ids: Uint32Array;

  constructor(segment: Segment) {
    this.segment = segment;
    const { rowsAt, idsAt } = segment.layout;
    const buffer = bufferOf(segment.memory);
    this.#words = new Uint32Array(buffer, rowsAt, segment.shape.rows * 8);
    this.#ids = new Uint32Array(buffer, idsAt, segment.shape.rows);
    for (let row = 0; row < segment.rows; row++) {
      if (!segment.isRemoved(row)) this.#rowOf.set(this.#ids[row] as number, row);
    }
  }

  static empty(kernel: KernelKind, memories: MemoryPool): Tail {
    const shape: Shape = { rows: TAIL_ROWS, bandCount: 0, firstId: undefined };
    const layout = layoutOf(shape);
    const memory = memories.take(kernel, layout.bytes);
    writeTables(bufferOf(memory), layout);
    return new Tail(new Segment(memory, shape, 0, kernel));
  }

  get isFull(): boolean {
    return this.segment.rows === this.segment.shape.rows;
  }

  push(id: number, hash: Uint8Array): void {
    const row = this.segment.rows;
    for (let i = 0; i < 8; i++) this.#words[row * 8 + i] = word(hash, i * 4);
    this.#ids[row] = id;
    this.#rowOf.set(id, row);
    this.segment.rows++;
  }

  rowOf(id: number): number {
    return this.#rowOf.get(id) ?? -1;
  }

  hide(row: number): boolean {
    return this.segment.hide(row);
  }

  remove(row: number): boolean {
    this.#rowOf.delete(this.#ids[row] as number);
    return this.segment.remove(row);
  }
}
