import { hammingDistance } from "../src/hash/hash.ts";

/** Numbers from a seed. */
export function randomWords(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.imul(state, 0x2545f491) >>> 0;
  };
}

/**
 * Hashes of several kinds at once: even ones, crowds a few bits from a centre, rows that repeat, and hashes of smooth
 * blocks, whose keys are crowded in every band.
 */
export function mixedRows(count: number, seed: number): Uint8Array {
  const next = randomWords(seed);
  const words = new Uint32Array(count * 8);
  for (let row = 0; row < count; row++) {
    const at = row * 8;
    const kind = row === 0 ? 0 : next() >>> 30;
    const other = (next() % Math.max(1, row)) * 8;
    for (let i = 0; i < 8; i++) {
      if (kind === 0) words[at + i] = next();
      else if (kind === 3) words[at + i] = next() >>> 29 === 0 ? 0xffff0000 : 0;
      else words[at + i] = words[other + i] as number;
    }
    if (kind === 1) for (let flips = next() % 70; flips > 0; flips--) flip(words, at, next() & 255);
  }
  return new Uint8Array(words.buffer);
}

/** A row of these with some bits flipped. */
export function queryNear(rows: Uint8Array, next: () => number): Uint8Array {
  const row = next() % (rows.length / 32);
  const words = new Uint32Array(rows.slice(row * 32, row * 32 + 32).buffer);
  for (let flips = next() % 72; flips > 0; flips--) flip(words, 0, next() & 255);
  return new Uint8Array(words.buffer);
}

export function rowOf(rows: Uint8Array, row: number): Uint8Array {
  return rows.subarray(row * 32, row * 32 + 32);
}

/** What a search has to return: nearest first, among equals by id. */
export function bruteForce(entries: Iterable<readonly [number, Uint8Array]>, query: Uint8Array, radius: number) {
  return [...entries]
    .map(([id, bytes]) => ({ id, distance: hammingDistance(bytes, query) }))
    .filter(({ distance }) => distance <= radius)
    .sort((a, b) => a.distance - b.distance || a.id - b.id);
}

export function entriesOf(rows: Uint8Array, firstId = 0): [number, Uint8Array][] {
  return Array.from({ length: rows.length / 32 }, (_, row) => [firstId + row, rowOf(rows, row)]);
}

function flip(words: Uint32Array, at: number, bit: number): void {
  words[at + (bit >> 5)] = (words[at + (bit >> 5)] as number) ^ (1 << (bit & 31));
}
