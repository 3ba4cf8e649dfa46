/** Bytes of a hash: 256 bits. */
export const HASH_BYTES = 32;

/** Bits in which two 32-byte hashes differ, 0 to 256. Throws a RangeError when either has another length. */
export function hammingDistance(a: Uint8Array, b: Uint8Array): number {
  requireHash(a);
  requireHash(b);
  let distance = 0;
  for (let at = 0; at < HASH_BYTES; at += 4) distance += onesIn(word(a, at) ^ word(b, at));
  return distance;
}

/** Throws a RangeError unless the hash is an array of 32 bytes. */
export function requireHash(hash: Uint8Array): void {
  if (hash instanceof Uint8Array && hash.length === HASH_BYTES) return;
  throw new RangeError(`hash must be 32 bytes, not ${hash instanceof Uint8Array ? hash.length : typeof hash}`);
}

/** The four bytes at `at` as one number; which end comes first is the same for every hash and so changes nothing. */
export function word(hash: Uint8Array, at: number): number {
  return (
    (hash[at] as number) |
    ((hash[at + 1] as number) << 8) |
    ((hash[at + 2] as number) << 16) |
    ((hash[at + 3] as number) << 24)
  );
}

/** How many of the 32 bits are set. */
export function onesIn(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
