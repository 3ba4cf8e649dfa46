import {
  bandCount,
  candidateRoom,
  candidates,
  firstBit,
  ids,
  key,
  masks,
  offsets,
  permuted,
  probeEnds,
  probes,
  radii,
  rows,
  width,
} from "./memory";
import { offer, within } from "./nearest";

// Three passes, each over many independent memory accesses: offsets, ids, rows. Neither JavaScript nor WebAssembly can
// prefetch, so each pass first touches the cells that it is about to use: the processor has many of these loads under
// way at once, while a loop that uses what it loads waits for one after the other.

const TOUCH: u32 = 128;

/** What was touched ends here, or the compiler would remove the touching. */
let sink: u64 = 0;

export function touched(): u64 {
  return sink;
}

/**
 * Pass one: looks up every key within each band's radius of the query's, and notes the buckets that are not empty.
 * Returns how many candidates they hold.
 */
export function probe(): u32 {
  let next = probes;
  let total: u32 = 0;
  for (let band: u32 = 0; band < bandCount; band++) {
    const radius = load<i32>(radii + ((<usize>band) << 2));
    const starts = offsets(band);
    const wide = width(band);
    const wanted = key(permuted, firstBit(band), wide);
    let list = masks;
    for (let weight = 0; weight <= radius; weight++) {
      const end = list + ((<usize>choose(wide, weight)) << 2);
      for (let from = list; from < end; from += TOUCH << 2) {
        const to = min(end, from + (TOUCH << 2));
        let touch: u32 = 0;
        for (let at = from; at < to; at += 4) touch ^= load<u32>(starts + ((<usize>(wanted ^ load<u32>(at))) << 2));
        sink ^= touch;
        for (let at = from; at < to; at += 4) {
          const cell = starts + ((<usize>(wanted ^ load<u32>(at))) << 2);
          const first = load<u32>(cell);
          const size = load<u32>(cell, 4) - first;
          store<u32>(next, first);
          store<u32>(next, size, 4);
          next += (<usize>(size != 0)) << 3;
          total += size;
        }
      }
      list += (<usize>choose(24, weight)) << 2;
    }
    store<u32>(probeEnds + ((<usize>band) << 2), <u32>((next - probes) >> 3));
  }
  return total;
}

/** Candidates of one band at exactly this distance from the query's key. */
export function countBand(band: u32, weight: i32): u32 {
  const starts = offsets(band);
  const wide = width(band);
  const wanted = key(permuted, firstBit(band), wide);
  let list = masks;
  for (let lower = 0; lower < weight; lower++) list += (<usize>choose(24, lower)) << 2;
  const end = list + ((<usize>choose(wide, weight)) << 2);
  let total: u32 = 0;
  for (let at = list; at < end; at += 4) {
    const cell = starts + ((<usize>(wanted ^ load<u32>(at))) << 2);
    total += load<u32>(cell, 4) - load<u32>(cell);
  }
  return total;
}

/** Passes two and three, for what `probe` noted. */
export function collect(): void {
  let from: u32 = 0;
  for (let band: u32 = 0; band < bandCount; band++) {
    const to = load<u32>(probeEnds + ((<usize>band) << 2));
    const list = ids(band);
    let filled: u32 = 0;
    while (from < to) {
      const stop = min(to, from + TOUCH);
      let touch: u32 = 0;
      for (let i = from; i < stop; i++)
        touch ^= load<u32>(list + ((<usize>load<u32>(probes + ((<usize>i) << 3))) << 2));
      sink ^= touch;
      for (; from < stop; from++) {
        const cell = probes + ((<usize>from) << 3);
        let first = list + ((<usize>load<u32>(cell)) << 2);
        let size = load<u32>(cell, 4);
        while (size > candidateRoom - filled) {
          const part = candidateRoom - filled;
          memory.copy(candidates + ((<usize>filled) << 2), first, (<usize>part) << 2);
          verify(candidateRoom, band);
          first += (<usize>part) << 2;
          size -= part;
          filled = 0;
        }
        const into = candidates + ((<usize>filled) << 2);
        v128.store(into, v128.load(first));
        for (let i: u32 = 4; i < size; i++) store<u32>(into + ((<usize>i) << 2), load<u32>(first + ((<usize>i) << 2)));
        filled += size;
      }
    }
    verify(filled, band);
  }
}

/** Pass three: most rows are turned away by their first half. */
function verify(count: u32, band: u32): void {
  const q0 = load<u64>(permuted);
  const q1 = load<u64>(permuted, 8);
  const end = candidates + ((<usize>count) << 2);
  for (let from = candidates; from < end; from += TOUCH << 2) {
    const to = min(end, from + (TOUCH << 2));
    let touch: u64 = 0;
    for (let at = from; at < to; at += 4) touch ^= load<u64>(rows + ((<usize>load<u32>(at)) << 5));
    sink ^= touch;
    for (let at = from; at < to; at += 4) {
      const row = load<u32>(at);
      const data = rows + ((<usize>row) << 5);
      const half = popcnt<u64>(load<u64>(data) ^ q0) + popcnt<u64>(load<u64>(data, 8) ^ q1);
      if (<u32>half > within) continue;
      const distance = half + secondHalf(data);
      if (<u32>distance <= within && isFirstBand(data, band)) offer(row, <u32>distance);
    }
  }
}

/** Reads every row of a range. The limit of the machine is reading itself: unrolling or SIMD were no faster. */
export function scan(from: u32, to: u32): void {
  const q0 = load<u64>(permuted);
  const q1 = load<u64>(permuted, 8);
  const end = rows + ((<usize>to) << 5);
  let most = <u64>within;
  for (let data = rows + ((<usize>from) << 5); data < end; data += 32) {
    const half = popcnt<u64>(load<u64>(data) ^ q0) + popcnt<u64>(load<u64>(data, 8) ^ q1);
    if (half > most) continue;
    const distance = half + secondHalf(data);
    if (distance > most) continue;
    offer(<u32>((data - rows) >> 5), <u32>distance);
    most = <u64>within;
  }
}

function secondHalf(data: usize): u64 {
  return (
    popcnt<u64>(load<u64>(data, 16) ^ load<u64>(permuted, 16)) +
    popcnt<u64>(load<u64>(data, 24) ^ load<u64>(permuted, 24))
  );
}

/** Whether no earlier band has found the row already: a test of what is found, in place of a set of what was visited. */
function isFirstBand(data: usize, band: u32): bool {
  for (let earlier: u32 = 0; earlier < band; earlier++) {
    const first = firstBit(earlier);
    const wide = width(earlier);
    const apart = popcnt<u32>(key(data, first, wide) ^ key(permuted, first, wide));
    if (<i32>apart <= load<i32>(radii + ((<usize>earlier) << 2))) return false;
  }
  return true;
}

function choose(n: u32, k: u32): u32 {
  let result: u32 = 1;
  for (let i: u32 = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}
