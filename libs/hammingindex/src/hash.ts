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

/** Reads 64 hex digits in either case. Throws a RangeError on anything else; the text is not repeated in it. */
export function hashFromHex(text: string): Uint8Array {
  if (!/^[0-9a-fA-F]{64}$/.test(text)) {
    throw new RangeError(`hash must be 64 hex digits, not a text of ${text.length} characters`);
  }
  return Uint8Array.from(Buffer.from(text, "hex"));
}

/** Writes a 32-byte hash as 64 lower-case hex digits. Throws a RangeError when it has another length. */
export function hashToHex(hash: Uint8Array): string {
  requireHash(hash);
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString("hex");
}

/** Throws a RangeError unless the hash has 32 bytes. */
export function requireHash(hash: Uint8Array): void {
  if (hash.byteLength !== HASH_BYTES) throw new RangeError(`hash must be 32 bytes, not ${hash.byteLength}`);
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
