/**
 * Lets many through together or one alone. A message that comes again is handled alone, so that a crash while it is in
 * hand can be laid to it and to no neighbour.
 */
export class Gate {
  #inside = 0;
  #turn: Promise<void> = Promise.resolve();
  #empty: (() => void) | undefined;

  async together<T>(work: () => Promise<T>): Promise<T> {
    for (let turn; turn !== this.#turn;) await (turn = this.#turn);
    this.#inside++;
    try {
      return await work();
    } finally {
      if (--this.#inside === 0) this.#empty?.();
    }
  }

  async alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const done = Promise.withResolvers<void>();
    this.#turn = before.then(() => done.promise);
    await before;
    try {
      if (this.#inside > 0) await new Promise<void>((resolve) => (this.#empty = resolve));
      return await work();
    } finally {
      this.#empty = undefined;
      done.resolve();
    }
  }
}
