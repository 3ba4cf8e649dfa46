const ROWS_PER_CHUNK = 4096;

/** Rows of one width side by side in chunks: growing copies nothing, and ten million rows need no object each. */
export class PackedRows {
  readonly width: number;
  readonly #chunks: DataView[] = [];
  #length = 0;

  /** With so many rows to begin with, all zeros. */
  constructor(width: number, length = 0) {
    this.width = width;
    while (this.#chunks.length * ROWS_PER_CHUNK < length) this.#grow();
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  /** One more row, all zeros; its number. */
  append(): number {
    if (this.#length === this.#chunks.length * ROWS_PER_CHUNK) this.#grow();
    return this.#length++;
  }

  /** The chunk that a row lies in, at `offset(row)`. */
  view(row: number): DataView {
    const chunk = this.#chunks[Math.floor(row / ROWS_PER_CHUNK)];
    if (chunk === undefined || row >= this.#length) throw new RangeError(`there is no row ${row}`);
    return chunk;
  }

  offset(row: number): number {
    return (row % ROWS_PER_CHUNK) * this.width;
  }

  /** The rows chunk by chunk, in their order: how many there are, in memory that is theirs. */
  *chunks(): Generator<{ view: DataView; rows: number }> {
    for (const [nth, view] of this.#chunks.entries()) {
      yield { view, rows: Math.min(ROWS_PER_CHUNK, this.#length - nth * ROWS_PER_CHUNK) };
    }
  }

  /** The bytes of all rows in their order; they are the rows themselves, not copies. */
  *parts(): Generator<Uint8Array> {
    for (const { view, rows } of this.chunks()) yield new Uint8Array(view.buffer, 0, rows * this.width);
  }

  #grow(): void {
    this.#chunks.push(new DataView(new ArrayBuffer(ROWS_PER_CHUNK * this.width)));
  }
}
