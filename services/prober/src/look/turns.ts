/**
 * Lets some jobs run beside each other; of those that wait, next is one whose lane has the fewest running. Nobody is
 * refused: whoever waits here has a lease. (`Turns` of libs/service go by who came first, and refuse who is too many.)
 */
export class Turns {
  #free: number;
  readonly #running = new Map<string, number>();
  readonly #waiting: { lane: string; go: () => void }[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** @throws what `signal` says when it aborts before the turn has come. */
  async take<T>(lane: string, signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#turn(lane, signal);
    this.#count(lane, 1);
    try {
      return await job();
    } finally {
      this.#count(lane, -1);
      this.#handOn();
    }
  }

  #handOn(): void {
    const running = ({ lane }: { lane: string }) => this.#running.get(lane) ?? 0;
    const [first, ...rest] = this.#waiting;
    if (first === undefined) {
      this.#free++;
      return;
    }
    const next = rest.reduce((best, one) => (running(one) < running(best) ? one : best), first);
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    next.go();
  }

  async #turn(lane: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waits = { lane, go: resolve };
    const leave = () => {
      const place = this.#waiting.indexOf(waits);
      if (place < 0) return;
      this.#waiting.splice(place, 1);
      reject(signal.reason);
    };
    this.#waiting.push(waits);
    signal.addEventListener("abort", leave, { once: true });
    await promise.finally(() => signal.removeEventListener("abort", leave));
  }

  #count(lane: string, by: number): void {
    const running = (this.#running.get(lane) ?? 0) + by;
    if (running === 0) this.#running.delete(lane);
    else this.#running.set(lane, running);
  }
}
