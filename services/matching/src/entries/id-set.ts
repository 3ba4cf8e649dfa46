import { writeId } from "./packed-id.ts";

const ID_WORDS = 4;
/** Slots for each id at least: walks stay short. */
const SLOTS_PER_ID = 2;
const EMPTY = 0;

/**
 * Ids of entries (UUIDs), 16 bytes each and a table with open addressing over them: a million rows are asked for a
 * hundred thousand ids without a text for any of them.
 */
export class IdSet {
  #ids = new Uint32Array(16 * ID_WORDS);
  #slots = new Uint32Array(64);
  #size = 0;

  /** Of those of the texts that are UUIDs. */
  static of(ids: Iterable<string>): IdSet {
    const set = new IdSet();
    for (const id of ids) set.add(id);
    return set;
  }

  get size(): number {
    return this.#size;
  }

  /** False when it is no UUID, and so in no list. */
  add(id: string): boolean {
    if (!writeId(SCRATCH, 0, id)) return false;
    const slot = this.#slotOf(SCRATCH, 0);
    if (this.#slots[slot] !== EMPTY) return true;
    if ((this.#size + 1) * ID_WORDS > this.#ids.length) this.#growIds();
    for (let word = 0; word < ID_WORDS; word++) {
      this.#ids[this.#size * ID_WORDS + word] = SCRATCH.getUint32(word * 4);
    }
    this.#slots[slot] = ++this.#size;
    if (this.#size * SLOTS_PER_ID > this.#slots.length) this.#growSlots();
    return true;
  }

  has(id: string): boolean {
    return writeId(SCRATCH, 0, id) && this.hasAt(SCRATCH, 0);
  }

  /** Whether the id whose 16 bytes stand there is one of them. */
  hasAt(view: DataView, at: number): boolean {
    return this.#size > 0 && this.#slots[this.#slotOf(view, at)] !== EMPTY;
  }

  /** Where that id is, or would be. */
  #slotOf(view: DataView, at: number): number {
    const [a, b, c, d] = [view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12)];
    const [ids, slots] = [this.#ids, this.#slots];
    const last = slots.length - 1;
    for (let slot = mixed(a, b, c, d) & last; ; slot = (slot + 1) & last) {
      const place = ((slots[slot] ?? EMPTY) - 1) * ID_WORDS;
      if (place < 0) return slot;
      if (ids[place] === a && ids[place + 1] === b && ids[place + 2] === c && ids[place + 3] === d) return slot;
    }
  }

  #growIds(): void {
    const ids = new Uint32Array(this.#ids.length * 2);
    ids.set(this.#ids);
    this.#ids = ids;
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const last = slots.length - 1;
    const ids = this.#ids;
    for (let nth = 0; nth < this.#size; nth++) {
      const at = nth * ID_WORDS;
      let slot = mixed(ids[at] ?? 0, ids[at + 1] ?? 0, ids[at + 2] ?? 0, ids[at + 3] ?? 0) & last;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & last;
      slots[slot] = nth + 1;
    }
    this.#slots = slots;
  }
}

// Of all words: whoever makes up a list may make up ids that begin alike.
function mixed(a: number, b: number, c: number, d: number): number {
  let sum = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 15) ^ b, 0xc2b2ae35);
  sum = Math.imul(sum ^ (sum >>> 13) ^ c, 0x9e3779b1);
  sum = Math.imul(sum ^ (sum >>> 16) ^ d, 0x85ebca6b);
  return (sum ^ (sum >>> 15)) >>> 0;
}

const SCRATCH = new DataView(new ArrayBuffer(16));
