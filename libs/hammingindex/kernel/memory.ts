// Where things lie in the memory of one segment. The host lays them out (src/layout.ts) and tells each instance, one
// for each thread and segment, by `open`.

/** Rows of 32 bytes, their bits permuted. */
export let rows: usize = 0;
/** One bit a row: hidden from searches. */
export let hidden: usize = 0;
/** 64 × 16 rows: where the bits of each half byte go. */
export let permutation: usize = 0;
/** Four words a band: first bit, width, offsets, ids. */
export let bands: usize = 0;
export let bandCount: u32 = 0;
/** Masks with 0, 1, 2, … bits set, ascending within each weight: the first of them are those of any narrower band. */
export let masks: usize = 0;

/** This thread's own place: query, permuted query, radius of each band, end of each band's probes. */
export let query: usize = 0;
export let permuted: usize = 0;
export let radii: usize = 0;
export let probeEnds: usize = 0;
/** Pairs of words: where a bucket's ids begin, and how many there are. */
export let probes: usize = 0;
export let candidates: usize = 0;
export let candidateRoom: u32 = 0;
/** Found rows: distance and row in 64 bits. */
export let heap: usize = 0;

export function open(
  rowsAt: usize,
  hiddenAt: usize,
  permutationAt: usize,
  bandsAt: usize,
  bandCountGiven: u32,
  masksAt: usize,
): void {
  rows = rowsAt;
  hidden = hiddenAt;
  permutation = permutationAt;
  bands = bandsAt;
  bandCount = bandCountGiven;
  masks = masksAt;
}

/** The place of this thread in the segment's memory. */
export function openScratch(at: usize, probesAt: usize, candidatesAt: usize, room: u32, heapAt: usize): void {
  query = at;
  permuted = at + 32;
  radii = at + 64;
  probeEnds = at + 192;
  probes = probesAt;
  candidates = candidatesAt;
  candidateRoom = room;
  heap = heapAt;
}

export function firstBit(band: u32): u32 {
  return load<u32>(bands + (band << 4));
}

export function width(band: u32): u32 {
  return load<u32>(bands + (band << 4) + 4);
}

export function offsets(band: u32): usize {
  return <usize>load<u32>(bands + (band << 4) + 8);
}

export function ids(band: u32): usize {
  return <usize>load<u32>(bands + (band << 4) + 12);
}

/** The bits of a band in the row at `at`. */
export function key(at: usize, first: u32, wide: u32): u32 {
  const byte = min<u32>(first >> 3, 24);
  return <u32>(load<u64>(at + byte) >> (first - (byte << 3))) & ((1 << wide) - 1);
}
