import type { KernelKind } from "./kernel.ts";
import { allocate, bufferOf, grow, type SegmentMemory } from "./segment-memory.ts";

/** A spare memory up to so many times larger than what is asked for is taken, unless told otherwise. */
const OVERSIZE = 2;

/**
 * Memories of segments that are gone, for those to come: what replaces a list needs as much as the list did, memory
 * that was touched before is filled in a fifth of the time, and the engine is slow to give back what it does not see.
 * So an index that is replaced again and again holds as much as it held at its largest, and no more.
 */
export class MemoryPool {
  readonly #spare: SegmentMemory[] = [];

  /** At least so many bytes, of any content; it can grow. */
  take(kind: KernelKind, bytes: number, atMost: number = OVERSIZE * bytes): SegmentMemory {
    if (kind === "typescript") return allocate(kind, bytes);
    const bySize = this.#spare.sort((a, b) => sizeOf(a) - sizeOf(b));
    const fits = bySize.findIndex((memory) => sizeOf(memory) >= bytes);
    const fitting = bySize[fits];
    if (fitting !== undefined && sizeOf(fitting) <= atMost) return this.#takeAt(fits);
    const below = fits < 0 ? bySize.length - 1 : fits - 1;
    if (below < 0) return allocate(kind, bytes);
    const smaller = this.#takeAt(below);
    grow(smaller, bytes);
    return smaller;
  }

  /** Nothing reads or writes it any more. */
  giveBack(memory: SegmentMemory): void {
    if (!(memory instanceof SharedArrayBuffer)) this.#spare.push(memory);
  }

  #takeAt(at: number): SegmentMemory {
    return this.#spare.splice(at, 1)[0] as SegmentMemory;
  }
}

function sizeOf(memory: SegmentMemory): number {
  return bufferOf(memory).byteLength;
}
