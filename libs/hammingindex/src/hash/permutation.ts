import { bandsOf, HASH_BITS } from "./bands.ts";

/** Where each bit of a hash goes; bit i is bit i % 8 of byte i / 8. */
export type BitOrder = Uint8Array;

/**
 * The order of bits in a segment: band b takes the bits b, b + m, b + 2m, … Neighbouring bits of picture hashes
 * resemble each other, and a band of neighbours would have few distinct keys. Without bands nothing moves.
 */
export function strideOrder(bandCount: number): BitOrder {
  const order = new Uint8Array(HASH_BITS);
  const bands = bandCount === 0 ? [{ firstBit: 0, bits: HASH_BITS }] : bandsOf(bandCount);
  for (const [b, { firstBit, bits }] of bands.entries()) {
    for (let i = 0; i < bits; i++) order[b + i * bands.length] = firstBit + i;
  }
  return order;
}

/** For each of 64 half bytes and each of its 16 values: the eight words that its bits become. */
export function permutationTable(order: BitOrder): Uint32Array {
  const table = new Uint32Array(64 * 16 * 8);
  for (let half = 0; half < 64; half++) {
    for (let value = 0; value < 16; value++) {
      for (let bit = 0; bit < 4; bit++) {
        if (((value >> bit) & 1) === 0) continue;
        const to = order[half * 4 + bit] as number;
        const at = (half * 16 + value) * 8 + (to >> 5);
        table[at] = (table[at] as number) | (1 << (to & 31));
      }
    }
  }
  return table;
}

/** Moves a row's eight words from one place to another, its bits in another order. */
export type Move = (from: Uint32Array, fromAt: number, into: Uint32Array, intoAt: number) => void;

/** From the order of one number of bands to that of another. */
export function reordering(fromBands: number, toBands: number): Move {
  if (fromBands === toBands) {
    return (from, fromAt, into, intoAt) => {
      for (let i = 0; i < 8; i++) into[intoAt + i] = from[fromAt + i] as number;
    };
  }
  const [before, after] = [strideOrder(fromBands), strideOrder(toBands)];
  const order = new Uint8Array(HASH_BITS);
  for (let bit = 0; bit < HASH_BITS; bit++) order[before[bit] as number] = after[bit] as number;
  const table = permutationTable(order);
  const out = new Uint32Array(8);
  return (from, fromAt, into, intoAt) => {
    out.fill(0);
    for (let half = 0; half < 64; half++) {
      const value = ((from[fromAt + (half >> 3)] as number) >>> ((half & 7) * 4)) & 15;
      const at = (half * 16 + value) * 8;
      for (let i = 0; i < 8; i++) out[i] = (out[i] as number) | (table[at + i] as number);
    }
    into.set(out, intoAt);
  };
}
