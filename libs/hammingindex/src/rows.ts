import { onesIn, word } from "./hash.ts";

const WORDS = 8;

/** Hashes side by side in one flat array, eight 32-bit words each, and their ids. It doubles when full. */
export class Rows {
  #words = new Uint32Array(64 * WORDS);
  #ids = new Uint32Array(64);
  #length = 0;

  /** Appends a hash and returns its row number. */
  push(id: number, hash: Uint8Array): number {
    if (this.#length === this.#ids.length) this.#grow();
    const row = this.#length++;
    this.#ids[row] = id;
    for (let i = 0; i < WORDS; i++) this.#words[row * WORDS + i] = word(hash, i * 4);
    return row;
  }

  /** Puts the last row in place of this one, so that there are no holes; returns the id that now is there. */
  replaceByLast(row: number): number {
    const last = --this.#length;
    this.#words.copyWithin(row * WORDS, last * WORDS, (last + 1) * WORDS);
    const moved = this.#ids[last] as number;
    this.#ids[row] = moved;
    return moved;
  }

  /** Calls `found` with the id of every row within `radius` of the hash, in no order to rely on. */
  scan(hash: Uint8Array, radius: number, found: (id: number, distance: number) => void): void {
    const wanted = Uint32Array.from({ length: WORDS }, (_, i) => word(hash, i * 4));
    for (let row = 0; row < this.#length; row++) {
      const distance = this.#distance(row * WORDS, wanted, radius);
      if (distance <= radius) found(this.#ids[row] as number, distance);
    }
  }

  /** Gives up after half the words if they alone differ too much, as nearly all rows do. */
  #distance(from: number, wanted: Uint32Array, radius: number): number {
    let distance = 0;
    for (let i = 0; i < WORDS; i++) {
      distance += onesIn((this.#words[from + i] as number) ^ (wanted[i] as number));
      if (i === 3 && distance > radius) return distance;
    }
    return distance;
  }

  #grow(): void {
    const [words, ids] = [this.#words, this.#ids];
    this.#words = new Uint32Array(words.length * 2);
    this.#words.set(words);
    this.#ids = new Uint32Array(ids.length * 2);
    this.#ids.set(ids);
  }
}
