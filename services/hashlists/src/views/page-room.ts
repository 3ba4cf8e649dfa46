/** A page holds no more values than this: films are long, and a message is to fit. */
const MOST_BYTES = 1024 * 1024;

/** What still goes on a page: so many entries, or so many bytes of them. */
export class PageRoom {
  readonly #size: number;
  #count = 0;
  #bytes = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get isFull(): boolean {
    return this.#count >= this.#size || this.#bytes >= MOST_BYTES;
  }

  take(...values: readonly (Uint8Array | undefined)[]): void {
    this.#count++;
    for (const value of values) this.#bytes += value?.byteLength ?? 0;
  }
}
