const ROWS_PER_CHUNK = 4096;

/**
 * Rows of one width side by side in chunks: growing copies nothing, and ten million rows need no object each. Behind them
 * others can be staged, which count from when they are settled, all at once.
 */
export class PackedRows {
  readonly width: number;
  readonly #chunks: DataView[] = [];
  #length = 0;
  #staged = 0;

  /** With so many rows to begin with, all zeros. */
  constructor(width: number, length = 0) {
    this.width = width;
    while (this.#chunks.length * ROWS_PER_CHUNK < length) this.#grow();
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  /** Those that do not count yet. */
  get staged(): number {
    return this.#staged;
  }

  /** One more row, all zeros; its number. */
  append(): number {
    if (this.#staged > 0) throw new Error("rows are staged; settle or drop them first");
    const row = this.stage();
    this.settle();
    return row;
  }

  /** One more row that does not count yet, all zeros; its number. */
  stage(): number {
    const row = this.#length + this.#staged;
    if (row === this.#chunks.length * ROWS_PER_CHUNK) this.#grow();
    this.#staged++;
    return row;
  }

  /** From now on those that are staged count. */
  settle(): void {
    this.#length += this.#staged;
    this.#staged = 0;
  }

  /** Forgets those that are staged. */
  unstage(): void {
    this.#staged = 0;
    this.#chunks.length = Math.ceil(this.#length / ROWS_PER_CHUNK);
    // Whoever appends gets zeros; beyond the last chunk that stays they come with a new one.
    const [last, at] = [this.#chunks.at(-1), this.offset(this.#length)];
    if (last !== undefined && at > 0) new Uint8Array(last.buffer, at).fill(0);
  }

  /** The chunk that a row lies in, at `offset(row)`. */
  view(row: number): DataView {
    const chunk = this.#chunks[Math.floor(row / ROWS_PER_CHUNK)];
    if (chunk === undefined || row >= this.#length + this.#staged) throw new RangeError(`there is no row ${row}`);
    return chunk;
  }

  offset(row: number): number {
    return (row % ROWS_PER_CHUNK) * this.width;
  }

  /** The rows chunk by chunk, in their order: how many there are, in memory that is theirs. */
  *chunks(): Generator<{ view: DataView; rows: number }> {
    for (const [nth, view] of this.#chunks.entries()) {
      const rows = Math.min(ROWS_PER_CHUNK, this.#length - nth * ROWS_PER_CHUNK);
      if (rows > 0) yield { view, rows };
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
