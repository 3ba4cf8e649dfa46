/** How few bytes of an upload may come, in how long a time. */
export interface LeastPace {
  bytesPerSecond: number;
  withinMs: number;
}

/**
 * How fast the bytes of an upload come while the service waits for them: what it takes its own time for is no fault of
 * who sends. Judged by so much waiting at a time, so that a short pause is none.
 */
export class Pace {
  readonly #least: LeastPace;
  #waitedMs = 0;
  #bytes = 0;
  /** Absent while nobody waits. */
  #since: number | undefined;
  #wasSlow = false;

  constructor(least: LeastPace) {
    this.#least = least;
  }

  waits(nowMs: number): void {
    this.#since = nowMs;
  }

  came(bytes: number, nowMs: number): void {
    this.#waitedMs += nowMs - (this.#since ?? nowMs);
    this.#since = undefined;
    this.#bytes += bytes;
    if (this.#waitedMs < this.#least.withinMs) return;
    this.#wasSlow = this.#isBelow(this.#waitedMs);
    [this.#waitedMs, this.#bytes] = [0, 0];
  }

  /** Whether it is waited for now, and brought too little by now. */
  isSlow(nowMs: number): boolean {
    if (this.#since === undefined) return false;
    const waited = this.#waitedMs + nowMs - this.#since;
    return waited < this.#least.withinMs ? this.#wasSlow : this.#isBelow(waited);
  }

  #isBelow(waitedMs: number): boolean {
    return this.#bytes < (this.#least.bytesPerSecond * waitedMs) / 1000;
  }
}
