/** Bits in which two hashes differ (Hamming distance); of different lengths, or empty, they are as far apart as can be. */
export function differingBits(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length || a.length === 0) return Number.POSITIVE_INFINITY;
  let bits = 0;
  for (let i = 0; i < a.length; i++) {
    for (let rest = (a[i] as number) ^ (b[i] as number); rest !== 0; rest &= rest - 1) bits++;
  }
  return bits;
}
