/** Whether the bit of a row is set in a bitmap of 32-bit words. */
export function isSet(bits: Uint32Array, row: number): boolean {
  return (((bits[row >>> 5] as number) >>> (row & 31)) & 1) === 1;
}

/** Sets it; other threads may read these words at any time. */
export function set(bits: Uint32Array, row: number): void {
  Atomics.or(bits, row >>> 5, 1 << (row & 31));
}
