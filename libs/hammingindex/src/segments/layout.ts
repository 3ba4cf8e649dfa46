import { bandsOf, MAX_BAND_BITS, type Band } from "../hash/bands.ts";
import { choose } from "../hash/choose.ts";
import { permutationTable, strideOrder } from "../hash/permutation.ts";

/** What fixes the layout of a segment's memory. */
export interface Shape {
  /** Rows it has room for. */
  rows: number;
  /** 0: not banded, scanned. */
  bandCount: number;
  /** The id of row 0 when the ids are consecutive; undefined when each row's id is stored. */
  firstId: number | undefined;
}

/** Byte addresses in a segment's memory; the kernel reads and writes the same ones. */
export interface Layout {
  rowsAt: number;
  /** Bitmaps, one bit a row. Of the removed rows the ids are free again. */
  hiddenAt: number;
  removedAt: number;
  /** Ascending; nothing is stored here when they are consecutive. */
  idsAt: number;
  permutationAt: number;
  bandTableAt: number;
  masksAt: number;
  bands: (Band & { offsetsAt: number; idsAt: number })[];
  /** Where the index ends: what follows is room to work in, untouched until used. */
  workAt: number;
  bytes: number;
}

/** Places of threads in each segment: the calling thread and up to sixteen that search. */
export const SCRATCH_SLOTS = 17;
/** Most results of one search. */
export const MAX_LIMIT = 65_536;
/** Most keys looked up in one search; where more would be needed, the rows are scanned. */
export const MAX_PROBES = 65_536;
/** Bands are probed up to this many bits from the query's key. */
export const MAX_BAND_RADIUS = 4;
/** Rows of one segment, so that it fits the 4 GiB of its memory. */
export const MAX_SEGMENT_ROWS = 32_000_000;

const CANDIDATE_ROOM = 32_768;
const PAGE = 65_536;
const BAND_TABLE_AT = 1024;
const PERMUTATION_AT = 32_768;

/** Rows stand at the same place in every segment, so that they can be written before their number is known. */
export const ROWS_AT = PAGE;

export function layoutOf({ rows, bandCount, firstId }: Shape): Layout {
  let end = ROWS_AT + rows * 32;
  const take = (bytes: number) => {
    const at = Math.ceil(end / 64) * 64;
    end = at + bytes;
    return at;
  };
  const bitmap = Math.ceil(rows / 32) * 4;
  const layout = {
    rowsAt: ROWS_AT,
    hiddenAt: take(bitmap),
    removedAt: take(bitmap),
    idsAt: take(firstId === undefined ? rows * 4 : 0),
    permutationAt: PERMUTATION_AT,
    bandTableAt: BAND_TABLE_AT,
    masksAt: take(MASK_COUNT * 4),
    // The gather pass reads four ids at once, up to three behind the last one.
    bands: bandsOf(bandCount).map((band) => ({
      ...band,
      offsetsAt: take((2 ** band.bits + 1) * 4),
      idsAt: take(rows * 4 + 16),
    })),
  };
  const workAt = take(0);
  const work = Math.max(SCRATCH_SLOTS * SLOT_BYTES, bandCount === 0 ? 0 : 16_384 + rows * 8);
  return { ...layout, workAt, bytes: Math.ceil((workAt + work) / PAGE) * PAGE };
}

/** One thread's place in a segment. */
export interface Scratch {
  queryAt: number;
  radiiAt: number;
  probesAt: number;
  candidatesAt: number;
  candidateRoom: number;
  heapAt: number;
}

const FIXED = 512;
const SLOT_BYTES = FIXED + (MAX_PROBES + 1) * 8 + (CANDIDATE_ROOM + 4) * 4 + MAX_LIMIT * 8 + 24;

export function scratchOf({ workAt }: Pick<Layout, "workAt">, slot: number): Scratch {
  const queryAt = workAt + slot * SLOT_BYTES;
  const probesAt = queryAt + FIXED;
  const candidatesAt = probesAt + (MAX_PROBES + 1) * 8;
  const heapAt = candidatesAt + (CANDIDATE_ROOM + 4) * 4;
  return { queryAt, radiiAt: queryAt + 64, probesAt, candidatesAt, candidateRoom: CANDIDATE_ROOM, heapAt };
}

/** Masks with up to `MAX_BAND_RADIUS` of `MAX_BAND_BITS` bits set, by weight and then ascending. */
const MASK_COUNT = Array.from({ length: MAX_BAND_RADIUS + 1 }, (_, weight) => choose(MAX_BAND_BITS, weight)).reduce(
  (sum, count) => sum + count,
);

/** Writes what the kernel reads and never changes (the band table, the masks, the permutation), and clears all marks. */
export function writeTables(memory: ArrayBufferLike, layout: Layout): void {
  const words = new Uint32Array(memory);
  for (const [b, { firstBit, bits, offsetsAt, idsAt }] of layout.bands.entries()) {
    words.set([firstBit, bits, offsetsAt, idsAt], layout.bandTableAt / 4 + b * 4);
  }
  words.set(MASKS, layout.masksAt / 4);
  words.set(permutationTable(strideOrder(layout.bands.length)), layout.permutationAt / 4);
  words.fill(0, layout.hiddenAt / 4, layout.idsAt / 4);
}

const MASKS = masks();

function masks(): Uint32Array {
  const all = new Uint32Array(MASK_COUNT);
  let count = 1;
  for (let weight = 1; weight <= MAX_BAND_RADIUS; weight++) {
    // Gosper's hack: the next larger number with as many bits set.
    for (let mask = 2 ** weight - 1; mask < 2 ** MAX_BAND_BITS;) {
      all[count++] = mask;
      const lowest = mask & -mask;
      const ripple = mask + lowest;
      mask = ripple | (((mask ^ ripple) >>> 2) / lowest);
    }
  }
  return all;
}
