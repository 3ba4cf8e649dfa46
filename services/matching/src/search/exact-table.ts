import type { PackedRows } from "../entries/packed-rows.ts";

/** Slots for each value: two of three are taken. */
const SLOTS_PER_VALUE = 1.5;
/** With fewer, walks get long: it is made anew. */
const FEWEST_SLOTS_PER_VALUE = 1.2;

const EMPTY = 0;

/** Values that are put into slots at a time; a slice takes a few milliseconds. */
const SLICE = 65_536;

/**
 * Finds values of one width (a multiple of 4 bytes) by equality: the values side by side, and a table with open
 * addressing over their row numbers. A value takes its width and 6 bytes.
 */
export class ExactTable {
  readonly values: PackedRows;
  readonly #hidden = new Set<number>();
  #slots = new Uint32Array(1);

  constructor(values: PackedRows) {
    this.values = values;
  }

  /** Numbers of the values that are not found any more. */
  get hidden(): ReadonlySet<number> {
    return this.#hidden;
  }

  get bytes(): number {
    return this.values.length * this.values.width + this.#slots.byteLength;
  }

  /** Takes a value in; it is found after `build`. Values are numbered in their order, from 0. */
  add(value: Uint8Array): void {
    if (value.length !== this.values.width) {
      throw new RangeError(`a value has ${value.length} bytes; this table takes ${this.values.width}`);
    }
    const row = this.values.append();
    bytesOf(this.values.view(row)).set(value, this.values.offset(row));
  }

  /** Makes the table of what was taken in, in slices. */
  *build(): Generator<void, void> {
    yield* this.#make(this.values.length);
  }

  /** Makes room for more values, in slices; until it is there the table finds what it found. */
  *reserve(more: number): Generator<void, void> {
    const values = this.values.length + more;
    if (this.#slots.length <= values * FEWEST_SLOTS_PER_VALUE) yield* this.#make(values);
  }

  /** Takes a value in that is found at once; there must be room for it. */
  insert(value: Uint8Array): void {
    const row = this.values.length;
    this.add(value);
    this.#take(this.#slots, row);
  }

  /** The number of an equal value that is not hidden; of several the first one taken in. */
  find(value: Uint8Array): number | undefined {
    if (value.length !== this.values.width) return undefined;
    const home = this.#home(this.#slots, new DataView(value.buffer, value.byteOffset), 0);
    // There is always an empty slot, so every walk ends.
    for (let slot = home; this.#slots[slot] !== EMPTY; slot = next(this.#slots, slot)) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (this.#equals(row, value) && !this.#hidden.has(row)) return row;
    }
    return undefined;
  }

  /** From now on this value is not found. */
  hide(row: number): void {
    this.#hidden.add(row);
  }

  *#make(forValues: number): Generator<void, void> {
    const slots = new Uint32Array(Math.ceil(forValues * SLOTS_PER_VALUE) + 1);
    for (let row = 0; row < this.values.length; row++) {
      this.#take(slots, row);
      if (row % SLICE === SLICE - 1) yield;
    }
    this.#slots = slots;
  }

  #take(slots: Uint32Array, row: number): void {
    let slot = this.#home(slots, this.values.view(row), this.values.offset(row));
    while (slots[slot] !== EMPTY) slot = next(slots, slot);
    slots[slot] = row + 1;
  }

  // All words count: a list may hold values that differ in the last byte alone.
  #home(slots: Uint32Array, view: DataView, at: number): number {
    let mixed = 0;
    for (let word = at; word < at + this.values.width; word += 4) {
      mixed = Math.imul(mixed ^ view.getUint32(word), 0x9e3779b1);
      mixed ^= mixed >>> 15;
    }
    return Math.floor(((mixed >>> 0) / 2 ** 32) * slots.length);
  }

  #equals(row: number, value: Uint8Array): boolean {
    const [bytes, at] = [bytesOf(this.values.view(row)), this.values.offset(row)];
    return value.every((byte, i) => byte === bytes[at + i]);
  }
}

function next(slots: Uint32Array, slot: number): number {
  return slot + 1 === slots.length ? 0 : slot + 1;
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer);
}
