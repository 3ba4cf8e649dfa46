import { hash, randomBytes } from "node:crypto";

/** More of them are no list: the rest of it would hardly be one. */
export const MOST_WITHDRAWN = 1_000_000;

/** 32-bit words of an id: which one stands before it in its chain, and 96 bits of its digest. */
const WORDS = 4;
const DIGEST_BYTES = 12;
const CHAINS = 2 ** 17;
const MARKS = 2 ** 22;
const GROWTH_BYTES = 1024 * 1024;

/**
 * Source ids that a list takes back: 16 bytes each, however long they are, and 1 MiB. Known by a digest with a key that
 * is drawn anew each time: who writes a list can make no id that is taken for another one's, nor many that all want the
 * same place.
 */
export class WithdrawnIds {
  readonly #key = randomBytes(DIGEST_BYTES).toString("hex");
  readonly #digest = new Uint32Array(WORDS - 1);
  readonly #digestBytes = Buffer.from(this.#digest.buffer);
  /** One behind the other, as they were added. */
  #bytes = new ArrayBuffer();
  #words = new Uint32Array(this.#bytes);
  /** Which one of each chain was added last, from 1. */
  #lasts = new Uint32Array();
  /** A bit for each that was added, by a quick hash: most that are asked for are not here, and cost no digest. */
  #marks = new Uint32Array();
  size = 0;

  /** At most `MOST_WITHDRAWN` different ones. */
  add(id: string): void {
    if (this.size === 0) this.#begin();
    const mark = markOf(id);
    this.#makeDigest(id);
    if (this.#isMarked(mark) && this.#stands()) return;
    this.#marks[mark >>> 5] = (this.#marks[mark >>> 5] ?? 0) | (1 << (mark & 31));
    this.#put();
  }

  has(id: string): boolean {
    if (this.size === 0 || !this.#isMarked(markOf(id))) return false;
    this.#makeDigest(id);
    return this.#stands();
  }

  // Most lists take nothing back so.
  #begin(): void {
    this.#bytes = new ArrayBuffer(0, { maxByteLength: MOST_WITHDRAWN * WORDS * 4 });
    this.#words = new Uint32Array(this.#bytes);
    this.#lasts = new Uint32Array(CHAINS);
    this.#marks = new Uint32Array(MARKS / 32);
  }

  #isMarked(mark: number): boolean {
    return ((this.#marks[mark >>> 5] ?? 0) & (1 << (mark & 31))) !== 0;
  }

  // As a text: a digest as bytes would have memory of its own.
  #makeDigest(id: string): void {
    this.#digestBytes.write(hash("sha256", this.#key + id, "binary"), 0, DIGEST_BYTES, "latin1");
  }

  #stands(): boolean {
    const [words, digest] = [this.#words, this.#digest];
    for (let nth = this.#lasts[this.#chain()] ?? 0; nth > 0;) {
      const at = (nth - 1) * WORDS;
      if (words[at + 1] === digest[0] && words[at + 2] === digest[1] && words[at + 3] === digest[2]) return true;
      nth = words[at] ?? 0;
    }
    return false;
  }

  #put(): void {
    const at = this.size * WORDS;
    if (at >= this.#words.length) {
      this.#bytes.resize(Math.min(this.#bytes.byteLength + GROWTH_BYTES, this.#bytes.maxByteLength));
    }
    const chain = this.#chain();
    this.#words[at] = this.#lasts[chain] ?? 0;
    this.#words.set(this.#digest, at + 1);
    this.#lasts[chain] = ++this.size;
  }

  #chain(): number {
    return (this.#digest[0] ?? 0) % CHAINS;
  }
}

function markOf(id: string): number {
  let mixed = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) mixed = Math.imul(mixed ^ id.charCodeAt(i), 0x01000193);
  return (mixed ^ (mixed >>> 16)) & (MARKS - 1);
}
