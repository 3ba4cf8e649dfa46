import { choose } from "../hash/choose.ts";
import { onesIn } from "../hash/hash.ts";
import type { Kernel } from "./kernel.ts";
import { MAX_BAND_BITS } from "../hash/bands.ts";
import type { Layout, Scratch } from "../segments/layout.ts";
import { NearestHeap } from "../search/nearest-heap.ts";

const WORDS = 8;
/** Cells that are touched before they are used: see kernel/search.ts. */
const TOUCH = 128;

/** The kernel in plain TypeScript, over 32-bit words. */
export class TypeScriptKernel implements Kernel {
  readonly #words: Uint32Array;
  readonly #layout: Layout;
  readonly #scratch: Scratch;
  readonly #query: Uint32Array;
  readonly #radii: Int32Array;
  readonly #heap = new NearestHeap();
  readonly #probes: Uint32Array;
  readonly #probeEnds: number[] = [];
  /** What was touched ends here, or the compiler might remove the touching. */
  touched = 0;

  constructor(memory: ArrayBufferLike, layout: Layout, scratch: Scratch) {
    this.#words = new Uint32Array(memory);
    this.#layout = layout;
    this.#scratch = scratch;
    this.#query = new Uint32Array(memory, scratch.queryAt + 32, WORDS);
    this.#radii = new Int32Array(memory, scratch.radiiAt, 32);
    this.#probes = new Uint32Array(memory, scratch.probesAt, (scratch.candidatesAt - scratch.probesAt) >> 2);
  }

  permuteRows(from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const at = (this.#layout.rowsAt >> 2) + row * WORDS;
      this.#permute(at, at);
    }
  }

  permuteQuery(): void {
    this.#permute(this.#scratch.queryAt >>> 2, this.#query.byteOffset >>> 2);
  }

  begin(radius: number, limit: number): void {
    this.#heap.begin(radius, limit);
  }

  found(): number {
    return this.#heap.found;
  }

  finish(): number {
    const sorted = this.#heap.sorted();
    this.#words.set(sorted, this.#scratch.heapAt >>> 2);
    return sorted.length >> 1;
  }

  buildBand(band: number, rows: number): void {
    const { bits, offsetsAt, idsAt } = this.#band(band);
    const starts = this.#words.subarray(offsetsAt >>> 2, (offsetsAt >>> 2) + 2 ** bits + 1);
    starts.fill(0);
    for (let row = 0; row < rows; row++) this.#add(starts, this.#keyOfRow(band, row) + 1, 1);
    for (let key = 1; key < starts.length; key++) this.#add(starts, key, starts[key - 1] as number);
    // From the last row to the first: each start, moved one cell up, is the cursor that ends where it belongs.
    for (let row = rows - 1; row >= 0; row--) {
      const key = this.#keyOfRow(band, row);
      this.#add(starts, key + 1, -1);
      this.#words[(idsAt >>> 2) + (starts[key + 1] as number)] = row;
    }
    starts.copyWithin(0, 1);
    starts[starts.length - 1] = rows;
  }

  probe(): number {
    let count = 0;
    let total = 0;
    for (const [band, { bits, offsetsAt }] of this.#layout.bands.entries()) {
      const starts = offsetsAt >>> 2;
      const wanted = this.#keyOfQuery(band);
      let list = this.#layout.masksAt >> 2;
      for (let weight = 0; weight <= (this.#radii[band] as number); weight++) {
        const end = list + choose(bits, weight);
        for (let from = list; from < end; from += TOUCH) {
          const to = Math.min(end, from + TOUCH);
          for (let at = from; at < to; at++) this.touched ^= this.#word(starts + (wanted ^ this.#word(at)));
          for (let at = from; at < to; at++) {
            const cell = starts + (wanted ^ this.#word(at));
            const first = this.#word(cell);
            const size = this.#word(cell + 1) - first;
            this.#probes[2 * count] = first;
            this.#probes[2 * count + 1] = size;
            count += size === 0 ? 0 : 1;
            total += size;
          }
        }
        list += choose(MAX_BAND_BITS, weight);
      }
      this.#probeEnds[band] = count;
    }
    return total;
  }

  countBand(band: number, weight: number): number {
    const { bits, offsetsAt } = this.#band(band);
    const wanted = this.#keyOfQuery(band);
    let list = this.#layout.masksAt >> 2;
    for (let lower = 0; lower < weight; lower++) list += choose(MAX_BAND_BITS, lower);
    let total = 0;
    for (let at = list; at < list + choose(bits, weight); at++) {
      const cell = (offsetsAt >>> 2) + (wanted ^ this.#word(at));
      total += this.#word(cell + 1) - this.#word(cell);
    }
    return total;
  }

  collect(): void {
    let probe = 0;
    for (const [band, { idsAt }] of this.#layout.bands.entries()) {
      const ids = idsAt >>> 2;
      const end = this.#probeEnds[band] as number;
      while (probe < end) {
        const to = Math.min(end, probe + TOUCH);
        for (let i = probe; i < to; i++) this.touched ^= this.#word(ids + (this.#probes[2 * i] as number));
        this.#verifyProbes(probe, to, ids, band);
        probe = to;
      }
    }
  }

  scan(from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const distance = this.#distance(row);
      if (distance <= this.#heap.within) this.#offer(row, distance);
    }
  }

  #verifyProbes(from: number, to: number, ids: number, band: number): void {
    const rows = this.#layout.rowsAt >> 2;
    for (const use of [false, true]) {
      for (let i = from; i < to; i++) {
        const first = ids + (this.#probes[2 * i] as number);
        const end = first + (this.#probes[2 * i + 1] as number);
        for (let at = first; at < end; at++) {
          const row = this.#word(at);
          if (use) this.#verify(row, band);
          else this.touched ^= this.#word(rows + row * WORDS);
        }
      }
    }
  }

  #verify(row: number, band: number): void {
    const distance = this.#distance(row);
    if (distance <= this.#heap.within && this.#isFirstBand(row, band)) this.#offer(row, distance);
  }

  #offer(row: number, distance: number): void {
    const hidden = this.#word((this.#layout.hiddenAt >>> 2) + (row >>> 5));
    if (((hidden >>> (row & 31)) & 1) === 0) this.#heap.offer(row, distance);
  }

  #isFirstBand(row: number, band: number): boolean {
    for (let earlier = 0; earlier < band; earlier++) {
      const apart = onesIn(this.#keyOfRow(earlier, row) ^ this.#keyOfQuery(earlier));
      if (apart <= (this.#radii[earlier] as number)) return false;
    }
    return true;
  }

  /** Gives up after half the words if they alone differ too much, as nearly all rows do. */
  #distance(row: number): number {
    const at = (this.#layout.rowsAt >> 2) + row * WORDS;
    let distance = 0;
    for (let i = 0; i < WORDS; i++) {
      distance += onesIn(this.#word(at + i) ^ (this.#query[i] as number));
      if (i === 3 && distance > this.#heap.within) return distance;
    }
    return distance;
  }

  #permute(from: number, to: number): void {
    const out = new Uint32Array(WORDS);
    for (let half = 0; half < 64; half++) {
      const value = (this.#word(from + (half >> 3)) >>> ((half & 7) * 4)) & 15;
      const table = (this.#layout.permutationAt >> 2) + (half * 16 + value) * WORDS;
      for (let i = 0; i < WORDS; i++) this.#add(out, i, this.#word(table + i));
    }
    this.#words.set(out, to);
  }

  #keyOfRow(band: number, row: number): number {
    return this.#key(band, (this.#layout.rowsAt >> 2) + row * WORDS);
  }

  #keyOfQuery(band: number): number {
    return this.#key(band, this.#query.byteOffset >>> 2);
  }

  #key(band: number, at: number): number {
    const { firstBit, bits } = this.#band(band);
    const [word, shift] = [at + (firstBit >> 5), firstBit & 31];
    const low = this.#word(word) >>> shift;
    const high = shift + bits > 32 ? this.#word(word + 1) << (32 - shift) : 0;
    return (low | high) & (2 ** bits - 1);
  }

  #band(band: number): Layout["bands"][number] {
    return this.#layout.bands[band] as Layout["bands"][number];
  }

  #word(at: number): number {
    return this.#words[at] as number;
  }

  #add(to: Uint32Array, at: number, value: number): void {
    to[at] = (to[at] as number) + value;
  }
}
