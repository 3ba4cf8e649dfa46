import { isSet, set } from "../hash/bits.ts";
import { onesIn } from "../hash/hash.ts";
import { defaultKernel, type KernelKind } from "../kernel/kernel.ts";
import { layoutOf, type Layout, type Shape } from "./layout.ts";
import { bufferOf, type SegmentMemory } from "./segment-memory.ts";
import { SegmentSearch } from "./segment-search.ts";

/** What another thread needs in order to search a segment. */
export interface SharedSegment {
  /** Tells it from every other segment of this process. */
  key: number;
  memory: SegmentMemory;
  shape: Shape;
  kernel: KernelKind;
}

let nextKey = 1;

/** Rows in shared memory, which never move, and which of them are hidden or removed. */
export class Segment implements SharedSegment {
  readonly key = nextKey++;
  readonly memory: SegmentMemory;
  readonly shape: Shape;
  readonly kernel: KernelKind;
  readonly layout: Layout;
  /** Rows in use, from the first on. */
  rows: number;
  /** Of these, the ones that searches pass over. */
  hidden = 0;
  /** Of the hidden ones, those whose ids are free again. */
  removed = 0;
  readonly ids: Ids;
  readonly #hidden: Uint32Array;
  readonly #removed: Uint32Array;
  #search: SegmentSearch | undefined;
  #holds = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(memory: SegmentMemory, shape: Shape, rows: number, kernel: KernelKind = defaultKernel) {
    this.memory = memory;
    this.shape = shape;
    this.kernel = kernel;
    this.layout = layoutOf(shape);
    this.rows = rows;
    const buffer = bufferOf(memory);
    const words = Math.ceil(shape.rows / 32);
    this.#hidden = new Uint32Array(buffer, this.layout.hiddenAt, words);
    this.#removed = new Uint32Array(buffer, this.layout.removedAt, words);
    this.ids = idsOf(memory, shape);
    for (const word of this.#hidden) this.hidden += onesIn(word);
    for (const word of this.#removed) this.removed += onesIn(word);
  }

  /** The row of an id that was not removed, or −1. */
  rowOf(id: number): number {
    const row = this.ids.rowOf(id, this.rows);
    return row >= 0 && isSet(this.#removed, row) ? -1 : row;
  }

  isHidden(row: number): boolean {
    return isSet(this.#hidden, row);
  }

  isRemoved(row: number): boolean {
    return isSet(this.#removed, row);
  }

  /** Returns whether it was visible. */
  hide(row: number): boolean {
    const wasVisible = !this.isHidden(row);
    if (wasVisible) this.hidden++;
    set(this.#hidden, row);
    return wasVisible;
  }

  remove(row: number): boolean {
    this.removed++;
    set(this.#removed, row);
    return this.hide(row);
  }

  /** A search or a snapshot reads it until `release`: so long its memory is nobody else's. */
  hold(): void {
    this.#holds++;
  }

  release(): void {
    this.#holds--;
    if (this.#holds === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when nobody holds it. */
  async idle(): Promise<void> {
    if (this.#holds > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** For the calling thread. */
  get search(): SegmentSearch {
    return (this.#search ??= new SegmentSearch(this.memory, this.shape, 0, this.kernel));
  }

  /** The bitmaps as they are now: hidden, removed. */
  marks(): { hidden: Uint32Array; removed: Uint32Array } {
    return { hidden: this.#hidden.slice(), removed: this.#removed.slice() };
  }
}

/** Which id each row has. */
export interface Ids {
  idOf(row: number): number;
  /** −1 when none of the first `rows` has it. */
  rowOf(id: number, rows: number): number;
}

/** Consecutive ids are computed, others stand in the segment, ascending. */
export function idsOf(memory: SegmentMemory, shape: Shape): Ids {
  const { firstId } = shape;
  if (firstId !== undefined) {
    return {
      idOf: (row) => firstId + row,
      rowOf: (id, rows) => (id >= firstId && id < firstId + rows ? id - firstId : -1),
    };
  }
  const ids = new Uint32Array(bufferOf(memory), layoutOf(shape).idsAt, shape.rows);
  return { idOf: (row) => ids[row] as number, rowOf: (id, rows) => positionOf(ids, id, rows) };
}

function positionOf(ascending: Uint32Array, wanted: number, length: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low < length && ascending[low] === wanted ? low : -1;
}
