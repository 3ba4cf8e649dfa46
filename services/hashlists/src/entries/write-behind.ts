/** Runs writes one after the other, each while the next one is made ready: one is on its way, and no more. */
export class WriteBehind {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins a write when the one before is done; rejects with what that one did. */
  async begin(write: () => Promise<unknown>): Promise<void> {
    await this.#last;
    this.#last = write();
    // Told to who begins the next one, or ends.
    this.#last.catch(() => undefined);
  }

  /** Resolves when nothing is on its way; rejects with what the last write did. */
  async end(): Promise<void> {
    await this.#last;
  }

  /**
   * Resolves when nothing is on its way, nor what waited for that, whatever became of it: what is removed then does not
   * come back.
   */
  async settle(): Promise<void> {
    for (let last: Promise<unknown> | undefined; last !== this.#last;) {
      last = this.#last;
      await last.catch(() => undefined);
    }
  }
}
