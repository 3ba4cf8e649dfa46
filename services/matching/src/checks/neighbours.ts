/** Further apart than two pictures of the same material, and nearer than most others: of those some are counted as well. */
const NEAR_BITS = { pdq: 47, blockhash: 20 } as const;
/** So many hashes are remembered to compare with, of those that are known and of the others. */
const CENTRES = 64;
const WORDS = 8;

/**
 * How many hashes that one platform asked lie around one of them. Who feels for what is listed turns single bits of a
 * hash, again and again; people's pictures are each asked as they are, and their copies differ in the same few ways.
 * What is known has places of its own, so that other questions in between do not make it forgotten. A hash costs at
 * most 128 comparisons, a microsecond or two.
 */
export class Neighbours {
  readonly #known: Centres;
  readonly #others: Centres;
  #asked = 0;
  #most = 0;

  constructor(of: keyof typeof NEAR_BITS) {
    this.#known = new Centres(NEAR_BITS[of]);
    this.#others = new Centres(NEAR_BITS[of]);
  }

  /** Around the hash that has most. */
  get most(): number {
    return this.#most;
  }

  note(hash: Uint8Array, isKnown: boolean): void {
    this.#asked++;
    const words = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
    const around = this.#known.noteNear(words, this.#asked) ?? this.#others.noteNear(words, this.#asked);
    if (around === undefined) (isKnown ? this.#known : this.#others).remember(words, this.#asked);
    else if (around > this.#most) this.#most = around;
  }
}

/** Hashes side by side: how many lay around each, and when it was met last. */
class Centres {
  readonly #nearBits: number;
  readonly #words = new Uint32Array(CENTRES * WORDS);
  readonly #around = new Uint32Array(CENTRES);
  readonly #met = new Float64Array(CENTRES);
  #count = 0;

  constructor(nearBits: number) {
    this.#nearBits = nearBits;
  }

  /** How many lie around the first that is near, with this one unless it is the same; undefined: none is near. */
  noteNear(hash: DataView, at: number): number | undefined {
    for (let centre = 0; centre < this.#count; centre++) {
      const bits = this.#bitsFrom(centre, hash);
      if (bits > this.#nearBits) continue;
      this.#met[centre] = at;
      return (this.#around[centre] = (this.#around[centre] ?? 0) + (bits === 0 ? 0 : 1));
    }
    return undefined;
  }

  /** Takes the place of the one that was met longest ago, when all are taken. */
  remember(hash: DataView, at: number): void {
    let place = this.#count;
    if (place < CENTRES) this.#count++;
    else {
      place = 0;
      for (let centre = 1; centre < CENTRES; centre++) {
        if ((this.#met[centre] ?? 0) < (this.#met[place] ?? 0)) place = centre;
      }
    }
    for (let word = 0; word < WORDS; word++) this.#words[place * WORDS + word] = hash.getUint32(word * 4);
    this.#around[place] = 0;
    this.#met[place] = at;
  }

  #bitsFrom(centre: number, hash: DataView): number {
    let bits = 0;
    for (let word = 0; word < WORDS && bits <= this.#nearBits; word++) {
      bits += ones((this.#words[centre * WORDS + word] ?? 0) ^ hash.getUint32(word * 4));
    }
    return bits;
  }
}

function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
