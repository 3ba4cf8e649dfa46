/** Bits in which two hashes of the same length differ; unhurried, for generating and testing. */
export function differingBits(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, byte, i) => sum + (byte ^ (b[i] as number)).toString(2).replaceAll("0", "").length, 0);
}
