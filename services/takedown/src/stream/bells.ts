/** Wakes the streams of a provider in this process when something may have come for them. */
export class Bells {
  readonly #bells = new Set<Bell>();

  open(): Bell {
    const bell = new Bell(() => this.#bells.delete(bell));
    this.#bells.add(bell);
    return bell;
  }

  ring(providerId?: string): void {
    for (const bell of this.#bells) if (providerId === undefined || bell.listensTo.has(providerId)) bell.ring();
  }
}

export class Bell implements Disposable {
  /** Providers whose notices the stream carries. */
  listensTo: ReadonlySet<string> = new Set();
  #rung = false;
  #wake: (() => void) | undefined;
  readonly #close: () => void;

  constructor(close: () => void) {
    this.#close = close;
  }

  /** A ring while nobody waits is kept for the next wait. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring, after `ms`, or when `signal` aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => resolve();
      this.#wake = wake;
      const timer = setTimeout(wake, ms);
      signal.addEventListener("abort", wake, { once: true });
      await promise;
      signal.removeEventListener("abort", wake);
      clearTimeout(timer);
      this.#wake = undefined;
    }
    this.#rung = false;
  }

  [Symbol.dispose](): void {
    this.#close();
  }
}
