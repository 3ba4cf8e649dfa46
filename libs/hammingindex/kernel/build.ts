import { firstBit, ids, key, offsets, rows, width } from "./memory";

// Two-level radix partition: counting sort straight into millions of buckets would miss the cache at every row.
// First into at most 2,048 partitions by the upper bits of the key, then within each, whose buckets fit the cache.

const PARTITION_BITS: u32 = 11;

/** Builds a band's offsets and ids over rows 0 to `count`. `work` has room for 16 KiB and 8 bytes a row. */
export function buildBand(band: u32, count: u32, work: usize): void {
  const first = firstBit(band);
  const wide = width(band);
  const shift = wide > PARTITION_BITS ? wide - PARTITION_BITS : 0;
  const partitions: u32 = 1 << (wide - shift);
  const ends = work;
  const pairs = work + 16384;
  partition(count, first, wide, shift, partitions, ends, pairs);
  const starts = offsets(band);
  memory.fill(starts, 0, (((<usize>1) << wide) + 1) << 2);
  let from: u32 = 0;
  for (let p: u32 = 0; p < partitions; p++) {
    const to = load<u32>(ends + ((<usize>p) << 2));
    sortPartition(pairs, from, to, p << shift, 1 << shift, starts, ids(band));
    from = to;
  }
}

/** Writes (key, row) pairs ordered by partition, and where each partition ends. */
function partition(count: u32, first: u32, wide: u32, shift: u32, partitions: u32, ends: usize, pairs: usize): void {
  memory.fill(ends, 0, (<usize>partitions) << 2);
  let at = rows;
  for (let row: u32 = 0; row < count; row++, at += 32) {
    const cell = ends + ((<usize>(key(at, first, wide) >> shift)) << 2);
    store<u32>(cell, load<u32>(cell) + 1);
  }
  let sum: u32 = 0;
  for (let p: u32 = 0; p < partitions; p++) {
    const cell = ends + ((<usize>p) << 2);
    const size = load<u32>(cell);
    store<u32>(cell, sum);
    sum += size;
  }
  at = rows;
  for (let row: u32 = 0; row < count; row++, at += 32) {
    const k = key(at, first, wide);
    const cell = ends + ((<usize>(k >> shift)) << 2);
    const to = load<u32>(cell);
    store<u32>(cell, to + 1);
    store<u64>(pairs + ((<usize>to) << 3), ((<u64>row) << 32) | <u64>k);
  }
}

/** Counting sort of one partition. The cell after a key's serves as its cursor and ends as the next key's start. */
function sortPartition(pairs: usize, from: u32, to: u32, lowest: u32, keys: u32, starts: usize, into: usize): void {
  const begin = pairs + ((<usize>from) << 3);
  const end = pairs + ((<usize>to) << 3);
  for (let pair = begin; pair < end; pair += 8) {
    const cell = starts + ((<usize>load<u32>(pair)) << 2) + 4;
    store<u32>(cell, load<u32>(cell) + 1);
  }
  let sum = from;
  for (let k: u32 = 0; k < keys; k++) {
    const cell = starts + ((<usize>(lowest + k)) << 2) + 4;
    const size = load<u32>(cell);
    store<u32>(cell, sum);
    sum += size;
  }
  for (let pair = begin; pair < end; pair += 8) {
    const cell = starts + ((<usize>load<u32>(pair)) << 2) + 4;
    const at = load<u32>(cell);
    store<u32>(cell, at + 1);
    store<u32>(into + ((<usize>at) << 2), load<u32>(pair, 4));
  }
}
