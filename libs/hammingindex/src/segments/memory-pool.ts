import type { KernelKind } from "../kernel/kernel.ts";
import { allocate, bufferOf, grow, type SegmentMemory } from "./segment-memory.ts";

/** A spare memory up to so many times larger than what is asked for is taken, unless told otherwise. */
const OVERSIZE = 2;

/** Spare bytes beside as many as are in use. */
const SPARE_AT_LEAST = 64 * 1024 * 1024;

/**
 * Memories of segments that are gone, for those to come: what replaces a list needs as much as the list did, memory
 * that was touched before is filled in a fifth of the time, and the engine is slow to give back what it does not see.
 * It keeps about as much spare as is in use, counted in addresses; what is more is left to the engine.
 */
export class MemoryPool {
  #spare: SegmentMemory[] = [];
  #inUse = 0;

  /** At least so many bytes, of any content; it can grow. Throws a RangeError when there is no memory. */
  take(kind: KernelKind, bytes: number, atMost: number = OVERSIZE * bytes): SegmentMemory {
    const memory = this.#takeSpare(kind, bytes, atMost) ?? allocate(kind, bytes);
    this.#inUse += sizeOf(memory);
    return memory;
  }

  /** Nothing reads or writes it any more. */
  giveBack(memory: SegmentMemory): void {
    this.#inUse = Math.max(0, this.#inUse - sizeOf(memory));
    if (memory instanceof SharedArrayBuffer) return;
    this.#spare = [...this.#spare, memory].sort((a, b) => sizeOf(a) - sizeOf(b));
    const most = this.#inUse + SPARE_AT_LEAST;
    const spareBytes = () => this.#spare.reduce((sum, spare) => sum + sizeOf(spare), 0);
    while (this.#spare.length > 1 && spareBytes() > most) this.#spare.pop();
  }

  #takeSpare(kind: KernelKind, bytes: number, atMost: number): SegmentMemory | undefined {
    if (kind === "typescript") return undefined;
    const fits = this.#spare.findIndex((memory) => sizeOf(memory) >= bytes);
    const fitting = this.#spare[fits];
    if (fitting !== undefined && sizeOf(fitting) <= atMost) return this.#takeAt(fits);
    const below = fits < 0 ? this.#spare.length - 1 : fits - 1;
    if (below < 0) return undefined;
    const smaller = this.#takeAt(below);
    grow(smaller, bytes);
    return smaller;
  }

  #takeAt(at: number): SegmentMemory {
    return this.#spare.splice(at, 1)[0] as SegmentMemory;
  }
}

function sizeOf(memory: SegmentMemory): number {
  return bufferOf(memory).byteLength;
}
