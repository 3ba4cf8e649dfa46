import type { Kernel, KernelKind } from "../kernel/kernel.ts";
import { openKernel } from "../kernel/open-kernel.ts";
import { layoutOf, MAX_BAND_RADIUS, scratchOf, type Layout, type Shape } from "./layout.ts";
import { evenRadii, expectedCandidates, fittedRadii, type Radii } from "../hash/radii.ts";
import { bufferOf, type SegmentMemory } from "./segment-memory.ts";

/** What was found in one segment; row and distance alternate, nearest first. Valid until the next search. */
export interface SegmentHits {
  readonly pairs: Uint32Array;
  readonly count: number;
  /** There were more than the limit. */
  readonly more: boolean;
}

/** How much more than expected the first keys must lead to before the query is treated as skewed. */
const SKEWED = 4;
const SKEWED_AT_LEAST = 2000;

/** Searches one segment in one thread. */
export class SegmentSearch {
  readonly #kernel: Kernel;
  readonly #layout: Layout;
  readonly #query: Uint8Array;
  readonly #radii: Int32Array;
  readonly #pairs: Uint32Array;
  #plan: { radius: number; rows: number; radii: Radii | undefined; skewedAbove: number } | undefined;

  constructor(memory: SegmentMemory, shape: Shape, slot: number, kind: KernelKind) {
    this.#layout = layoutOf(shape);
    const scratch = scratchOf(this.#layout, slot);
    this.#kernel = openKernel(kind, memory, this.#layout, scratch);
    const buffer = bufferOf(memory);
    this.#query = new Uint8Array(buffer, scratch.queryAt, 32);
    this.#radii = new Int32Array(buffer, scratch.radiiAt, 32);
    this.#pairs = new Uint32Array(buffer, scratch.heapAt);
  }

  /** Finds at most `limit` of the first `rows` rows within the radius. */
  search(hash: Uint8Array, radius: number, limit: number, rows: number): SegmentHits {
    this.#begin(hash, radius, limit);
    if (this.#layout.bands.length === 0) this.#kernel.scan(0, rows);
    else this.#searchBands(radius, rows);
    return this.#finish(limit);
  }

  /** The same by reading every row. */
  scan(hash: Uint8Array, radius: number, limit: number, rows: number): SegmentHits {
    this.#begin(hash, radius, limit);
    this.#kernel.scan(0, rows);
    return this.#finish(limit);
  }

  #begin(hash: Uint8Array, radius: number, limit: number): void {
    this.#query.set(hash);
    this.#kernel.permuteQuery();
    this.#kernel.begin(radius, limit);
  }

  #finish(limit: number): SegmentHits {
    return { pairs: this.#pairs, count: this.#kernel.finish(), more: this.#kernel.found() > limit };
  }

  #searchBands(radius: number, rows: number): void {
    const { radii, skewedAbove } = this.#planFor(radius, rows);
    if (radii === undefined) {
      this.#kernel.scan(0, rows);
      return;
    }
    if (this.#kernel.probe() >>> 0 <= skewedAbove) this.#kernel.collect();
    else this.#searchSkewed(radius, rows, radii);
  }

  /** The query's keys are crowded: other radii may lead to fewer candidates, or a scan be faster. */
  #searchSkewed(radius: number, rows: number, even: Radii): void {
    const { bands } = this.#layout;
    const most = Math.min(MAX_BAND_RADIUS, Math.max(...even) + 1);
    const counts = bands.map((_, band) =>
      Array.from({ length: most + 1 }, (__, weight) => this.#kernel.countBand(band, weight) >>> 0),
    );
    const fitted = fittedRadii(radius, bands, counts, rows);
    if (fitted === undefined) {
      this.#kernel.scan(0, rows);
      return;
    }
    this.#radii.set(fitted);
    this.#kernel.probe();
    this.#kernel.collect();
    this.#radii.set(even);
  }

  #planFor(radius: number, rows: number) {
    if (this.#plan?.radius === radius && this.#plan.rows === rows) return this.#plan;
    const { bands } = this.#layout;
    const radii = evenRadii(radius, bands, rows);
    const expected = radii === undefined ? 0 : expectedCandidates(radii, bands, rows);
    if (radii !== undefined) this.#radii.set(radii);
    return (this.#plan = { radius, rows, radii, skewedAbove: SKEWED * expected + SKEWED_AT_LEAST });
  }
}
