/** Made-up entries by number: the same number is the same entry in the service's lists and in what is looked up. */
export function hashOf(number: number): Uint8Array {
  const words = new Uint32Array(8);
  for (let i = 0; i < 8; i++) words[i] = mixed(number * 8 + i);
  return new Uint8Array(words.buffer);
}

export function entryIdOf(number: number): string {
  const hex = number.toString(16).padStart(12, "0");
  return `${mixed(number).toString(16).padStart(8, "0")}-0000-4000-8000-${hex}`;
}

/** The hash with so many bits changed, at places that follow from the number. */
export function near(number: number, bits: number): Uint8Array {
  const hash = hashOf(number);
  for (let i = 0; i < bits; i++) {
    const at = (mixed(number) + i * 37) % 256;
    hash[at >> 3] = (hash[at >> 3] ?? 0) ^ (1 << (at & 7));
  }
  return hash;
}

function mixed(number: number): number {
  let x = (number + 0x9e3779b9) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
