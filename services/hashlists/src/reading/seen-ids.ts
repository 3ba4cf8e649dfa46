import { randomInt } from "node:crypto";

/** Lines are kept in 32 bits. */
export const MAX_LINES = 0xffff_ffff;

/**
 * Which line each id stood in: open addressing over flat arrays, at most three quarters full, so 27 to 53 bytes an id.
 * Where they stand is drawn anew each time: who chooses what is listed cannot choose ids that all want the same place.
 */
export class SeenIds {
  readonly #odd = [odd(), odd(), odd(), odd()] as const;
  #words = new Uint32Array(4 * 64);
  #lines = new Uint32Array(64);
  #count = 0;
  /** 32 less the bits of a place. */
  #shift = 32 - 6;

  /** Forgets them all; the room that they had stays. */
  clear(): void {
    this.#lines.fill(0);
    this.#count = 0;
  }

  /** The line, from 1, that had the id there before; else undefined, and `line` is noted for it. */
  note(ids: Uint8Array, from: number, line: number): number | undefined {
    if (this.#count >= this.#lines.length * 0.75) this.#grow();
    const [a, b, c, d] = [word(ids, from), word(ids, from + 4), word(ids, from + 8), word(ids, from + 12)];
    const at = this.#placeOf(a, b, c, d);
    if (this.#lines[at] !== 0) return this.#lines[at];
    this.#put(at, a, b, c, d, line);
    this.#count++;
    return undefined;
  }

  // Where it stands, or would.
  #placeOf(a: number, b: number, c: number, d: number): number {
    const [words, lines] = [this.#words, this.#lines];
    const mask = lines.length - 1;
    const [i, j, k, l] = this.#odd;
    const mixed = Math.imul(a, i) + Math.imul(b, j) + Math.imul(c, k) + Math.imul(d, l);
    // The high bits, into which all the others went.
    for (let at = mixed >>> this.#shift; ; at = (at + 1) & mask) {
      const w = at * 4;
      if (lines[at] === 0) return at;
      if (words[w] === a && words[w + 1] === b && words[w + 2] === c && words[w + 3] === d) return at;
    }
  }

  #put(at: number, a: number, b: number, c: number, d: number, line: number): void {
    this.#words[at * 4] = a;
    this.#words[at * 4 + 1] = b;
    this.#words[at * 4 + 2] = c;
    this.#words[at * 4 + 3] = d;
    this.#lines[at] = line;
  }

  #grow(): void {
    const [words, lines] = [this.#words, this.#lines];
    this.#words = new Uint32Array(words.length * 2);
    this.#lines = new Uint32Array(lines.length * 2);
    this.#shift--;
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] ?? 0;
      if (line === 0) continue;
      const [a, b, c, d] = [words[i * 4] ?? 0, words[i * 4 + 1] ?? 0, words[i * 4 + 2] ?? 0, words[i * 4 + 3] ?? 0];
      this.#put(this.#placeOf(a, b, c, d), a, b, c, d, line);
    }
  }
}

function odd(): number {
  return randomInt(2 ** 31) * 2 + 1;
}

function word(id: Uint8Array, at: number): number {
  return ((id[at] ?? 0) | ((id[at + 1] ?? 0) << 8) | ((id[at + 2] ?? 0) << 16) | ((id[at + 3] ?? 0) << 24)) >>> 0;
}
