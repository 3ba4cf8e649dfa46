/** Further apart than two pictures of the same material, and nearer than any two others. */
const NEAR_BITS = 47;
/** So many hashes are remembered to compare with, of those that are known and of the others. */
const CENTRES = 64;

interface Centre {
  words: Uint32Array;
  /** Hashes that were close to it, and not it. */
  around: number;
  touched: number;
}

/**
 * How many hashes that one platform asked lie around one of them. Who feels for what is listed turns single bits of a
 * hash, again and again; people's pictures are each asked as they are, and their copies differ in the same few ways.
 * What is known has places of its own, so that other questions in between do not make it forgotten. A hash costs at
 * most 128 comparisons.
 */
export class Neighbours {
  readonly #known: Centre[] = [];
  readonly #others: Centre[] = [];
  #asked = 0;
  #most = 0;

  /** Around the hash that has most. */
  get most(): number {
    return this.#most;
  }

  note(pdq: Uint8Array, isKnown: boolean): void {
    this.#asked++;
    const words = wordsOf(pdq);
    const found = nearest(this.#known, words) ?? nearest(this.#others, words);
    if (found === undefined) return this.#remember(words, isKnown ? this.#known : this.#others);
    found.centre.touched = this.#asked;
    if (found.bits === 0) return;
    found.centre.around++;
    this.#most = Math.max(this.#most, found.centre.around);
  }

  #remember(words: Uint32Array, places: Centre[]): void {
    const centre = { words, around: 0, touched: this.#asked };
    if (places.length < CENTRES) return void places.push(centre);
    let oldest = 0;
    for (const [place, { touched }] of places.entries()) if (touched < (places[oldest]?.touched ?? 0)) oldest = place;
    places[oldest] = centre;
  }
}

function nearest(places: readonly Centre[], words: Uint32Array): { centre: Centre; bits: number } | undefined {
  for (const centre of places) {
    const bits = bitsBetween(centre.words, words);
    if (bits <= NEAR_BITS) return { centre, bits };
  }
  return undefined;
}

function bitsBetween(some: Uint32Array, others: Uint32Array): number {
  let bits = 0;
  for (let word = 0; word < some.length && bits <= NEAR_BITS; word++) {
    bits += ones((some[word] ?? 0) ^ (others[word] ?? 0));
  }
  return bits;
}

function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function wordsOf(hash: Uint8Array): Uint32Array {
  return new Uint32Array(Uint8Array.from(hash).buffer);
}
