import { randomBytes } from "node:crypto";
import { mixed } from "./distinct.ts";

/** Further apart than two pictures of the same material, and nearer than most others: of those some are counted as well. */
const NEAR_BITS = { pdq: 47, blockhash: 20 } as const;
/** So many hashes are remembered to compare with, of those that are known and of the others. */
const CENTRES = { known: 128, others: 64 } as const;
const WORDS = 8;
/** Around one no more are counted. */
export const MOST_AROUND = 4000;
/** Of this process, and known to nobody who asks: else they would choose hashes that seem to be the same. */
const SEED = randomBytes(4).readUInt32BE();

/**
 * How many different hashes that one platform asked lie around one of them. Who feels for what is listed turns single bits
 * of a hash, again and again; people's pictures are each asked as they are, and their copies differ in the same few ways.
 * What is known has places of its own, so that other questions in between do not make it forgotten: who feels around more
 * at once than there are places is told of more known hashes than any platform meets. A hash costs at most 192
 * comparisons of some words each, a few microseconds.
 */
export class Neighbours {
  readonly #known: Centres;
  readonly #nearBits: number;
  #others: Centres;
  #asked = 0;

  constructor(of: keyof typeof NEAR_BITS) {
    this.#nearBits = NEAR_BITS[of];
    this.#known = new Centres(this.#nearBits, CENTRES.known);
    this.#others = new Centres(this.#nearBits, CENTRES.others);
  }

  /** Around the hash that has most, of those that are known. */
  get ofKnown(): number {
    return this.#known.most;
  }

  /** Of any. */
  get most(): number {
    return Math.max(this.#known.most, this.#others.most);
  }

  note(hash: Uint8Array, isKnown: boolean): void {
    this.#asked++;
    const words = wordsOf(hash);
    if (this.#known.noteNear(words, hash, this.#asked)) return;
    // Also beside one that is not known: who begins outside and feels inwards begins anew with the first that is.
    if (isKnown) this.#known.remember(words, this.#asked);
    else if (!this.#others.noteNear(words, hash, this.#asked)) this.#others.remember(words, this.#asked);
  }

  /** Of what is not known an hour says enough: copies of what people pass on lie around it, too. */
  forgetOthers(): void {
    this.#others = new Centres(this.#nearBits, CENTRES.others);
  }
}

/** Hashes side by side: what lay around each, and when it was met last. */
class Centres {
  most = 0;
  readonly #nearBits: number;
  readonly #words: Uint32Array;
  readonly #around: (Set<number> | undefined)[] = [];
  readonly #met: Float64Array;
  readonly #size: number;
  #count = 0;

  constructor(nearBits: number, size: number) {
    this.#nearBits = nearBits;
    this.#size = size;
    this.#words = new Uint32Array(size * WORDS);
    this.#met = new Float64Array(size);
  }

  /** Whether one is near; it then lies around the first that is, unless it is the same. */
  noteNear(hash: Uint32Array, value: Uint8Array, at: number): boolean {
    for (let centre = 0; centre < this.#count; centre++) {
      const bits = this.#bitsFrom(centre, hash);
      if (bits > this.#nearBits) continue;
      this.#met[centre] = at;
      if (bits > 0) this.#noteAround(centre, value);
      return true;
    }
    return false;
  }

  /** Takes the place of the one that was met longest ago, when all are taken. */
  remember(hash: Uint32Array, at: number): void {
    let place = this.#count;
    if (place < this.#size) this.#count++;
    else {
      place = 0;
      for (let centre = 1; centre < this.#size; centre++) {
        if ((this.#met[centre] ?? 0) < (this.#met[place] ?? 0)) place = centre;
      }
    }
    this.#words.set(hash, place * WORDS);
    this.#around[place] = undefined;
    this.#met[place] = at;
  }

  // What is asked again and again is one.
  #noteAround(centre: number, value: Uint8Array): void {
    const around = (this.#around[centre] ??= new Set());
    if (around.size < MOST_AROUND) around.add(mixed(SEED, value));
    this.most = Math.max(this.most, around.size);
  }

  #bitsFrom(centre: number, hash: Uint32Array): number {
    const words = this.#words;
    const from = centre * WORDS;
    let bits = 0;
    for (let word = 0; word < WORDS && bits <= this.#nearBits; word++) {
      bits += ones((words[from + word] ?? 0) ^ (hash[word] ?? 0));
    }
    return bits;
  }
}

function wordsOf(hash: Uint8Array): Uint32Array {
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  const words = new Uint32Array(WORDS);
  for (let word = 0; word < WORDS; word++) words[word] = view.getUint32(word * 4);
  return words;
}

function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
