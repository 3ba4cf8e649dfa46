import type { PackedRows } from "../entries/packed-rows.ts";
import { RowMarks } from "../entries/row-marks.ts";

/** Slots for each value: two of three are taken. */
const SLOTS_PER_VALUE = 1.5;
/** With fewer, walks get long: it is made anew. */
const FEWEST_SLOTS_PER_VALUE = 1.2;

const EMPTY = 0;

/** Values that are put into slots at a time. */
const SLICE = 512;
/** Slots that are looked at together when some are cleared. */
const CLEARED = 1_000_000;

/**
 * Finds values of one width (a multiple of 4 bytes) by equality: the values side by side, and a table with open
 * addressing over their row numbers. A value takes its width and 6 bytes.
 */
export class ExactTable {
  readonly values: PackedRows;
  readonly #hidden = new RowMarks();
  #slots = new Uint32Array(1);
  /** What is staged stands in slots, or some of it. */
  #arePlaced = false;

  constructor(values: PackedRows) {
    this.values = values;
  }

  /** Numbers of the values that are not found any more. */
  get hidden(): Pick<RowMarks, "has" | "size" | typeof Symbol.iterator> {
    return this.#hidden;
  }

  get bytes(): number {
    return this.values.length * this.values.width + this.#slots.byteLength;
  }

  /** Takes a value in; it is found after `build`. Values are numbered in their order, from 0. */
  add(value: Uint8Array): void {
    this.#requireWidth(value);
    this.#write(this.values.append(), value);
  }

  /** Makes the table of what was taken in, in slices. */
  *build(): Generator<void, void> {
    yield* this.#make(this.values.length);
  }

  /** Takes a value in that is found from `settle` on; before that it needs its `place`. */
  stage(value: Uint8Array): void {
    this.#requireWidth(value);
    this.#write(this.values.stage(), value);
  }

  /** Gives what is staged its place, in slices; nothing else is found meanwhile than before. */
  *place(): Generator<void, void> {
    const { length, staged } = this.values;
    this.#arePlaced = true;
    if (this.#slots.length <= (length + staged) * FEWEST_SLOTS_PER_VALUE) yield* this.#make(length + staged);
    else yield* this.#takeFrom(this.#slots, length, length + staged);
  }

  /** From now on what is staged is found. */
  settle(): void {
    this.values.settle();
    this.#arePlaced = false;
  }

  /** Forgets what is staged, in slices. */
  *unstage(): Generator<void, void> {
    // They came last: nobody's walk leads over their slots to what was there before.
    for (let slot = 0; this.#arePlaced && slot < this.#slots.length; slot++) {
      if ((this.#slots[slot] ?? EMPTY) > this.values.length) this.#slots[slot] = EMPTY;
      if (slot % CLEARED === CLEARED - 1) yield;
    }
    this.values.unstage();
    this.#arePlaced = false;
  }

  /** The number of an equal value that is not hidden; of several the first one taken in. */
  find(value: Uint8Array): number | undefined {
    if (value.length !== this.values.width) return undefined;
    const home = this.#home(this.#slots, new DataView(value.buffer, value.byteOffset), 0);
    // There is always an empty slot, so every walk ends.
    for (let slot = home; this.#slots[slot] !== EMPTY; slot = next(this.#slots, slot)) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (row < this.values.length && this.#equals(row, value) && !this.#hidden.has(row)) return row;
    }
    return undefined;
  }

  /** From now on this value is not found. */
  hide(row: number): void {
    this.#hidden.add(row);
  }

  #requireWidth({ length }: Uint8Array): void {
    const { width } = this.values;
    if (length !== width) throw new RangeError(`a value has ${length} bytes; this table takes ${width}`);
  }

  #write(row: number, value: Uint8Array): void {
    bytesOf(this.values.view(row)).set(value, this.values.offset(row));
  }

  *#make(forValues: number): Generator<void, void> {
    const slots = new Uint32Array(Math.ceil(forValues * SLOTS_PER_VALUE) + 1);
    yield* this.#takeFrom(slots, 0, forValues);
    this.#slots = slots;
  }

  *#takeFrom(slots: Uint32Array, from: number, to: number): Generator<void, void> {
    for (let row = from; row < to; row++) {
      this.#take(slots, row);
      if (row % SLICE === SLICE - 1) yield;
    }
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
