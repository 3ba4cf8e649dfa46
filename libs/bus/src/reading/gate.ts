/**
 * Lets many through together or one alone, first come, first served. A message that may have ended its process is
 * handled alone, so that a crash while it is in hand can be laid to it and to no neighbour.
 */
export class Gate {
  #alone: Promise<unknown> = Promise.resolve();
  #together = new Set<Promise<void>>();

  together<T>(work: () => Promise<T>): Promise<T> {
    const others = this.#together;
    const running = this.#alone.then(work);
    const ended: Promise<void> = settled(running).then(() => void others.delete(ended));
    others.add(ended);
    return running;
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    const running = Promise.all([this.#alone, ...this.#together]).then(work);
    this.#together = new Set();
    this.#alone = settled(running);
    return running;
  }
}

function settled(work: Promise<unknown>): Promise<void> {
  return work.then(
    () => undefined,
    () => undefined,
  );
}
