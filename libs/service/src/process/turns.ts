import { Problem } from "../problem/problem.ts";

/** Lets `atOnce` jobs run beside each other and at most `maxWaiting` wait for their turn, first come first served. */
export class Turns {
  readonly #maxWaiting: number;
  readonly #tooMany: string;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param tooMany what is said to who is refused. */
  constructor(atOnce: number, maxWaiting: number, tooMany: string) {
    this.#free = atOnce;
    this.#maxWaiting = maxWaiting;
    this.#tooMany = tooMany;
  }

  /**
   * Who gives up waiting leaves the queue.
   *
   * @throws Problem RATE_LIMITED when too many wait already; what `signal` says when it aborts before the turn.
   */
  async take<T>(signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    try {
      return await job();
    } finally {
      // A turn is handed on, so that nobody who comes now overtakes who waits.
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new Problem("RATE_LIMITED", this.#tooMany);
    }
    const turn = Promise.withResolvers<void>();
    const leave = () => {
      const place = this.#waiting.indexOf(turn.resolve);
      if (place < 0) return;
      this.#waiting.splice(place, 1);
      turn.reject(signal.reason);
    };
    this.#waiting.push(turn.resolve);
    signal.addEventListener("abort", leave, { once: true });
    await turn.promise.finally(() => signal.removeEventListener("abort", leave));
  }
}
