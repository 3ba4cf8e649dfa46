/** Work side by side, at most so many at a time. Disposing tells it to stop and waits for what is in hand. */
export class AtOnce implements AsyncDisposable {
  readonly #limit: number;
  readonly #inHand = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get free(): number {
    return this.#stop.signal.aborted ? 0 : Math.max(0, this.#limit - this.#inHand.size);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Begins `work`, which must not reject. */
  begin(work: () => Promise<void>): void {
    const running = work().finally(() => this.#inHand.delete(running));
    this.#inHand.add(running);
  }

  /** Resolves when another may begin. */
  async room(): Promise<void> {
    while (this.#inHand.size >= this.#limit) await Promise.race(this.#inHand);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    while (this.#inHand.size > 0) await Promise.all(this.#inHand);
  }
}
