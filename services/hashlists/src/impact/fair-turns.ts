/** Something to be done, told from others by its key. */
export interface Waiting {
  key: string;
  /** @returns whether it came to something: what did not is tried again. */
  work: () => Promise<boolean>;
}

export interface TurnLimits {
  /** So many are worked on at once. */
  lanes: number;
  /** What came to nothing waits so long, each time twice as long. */
  firstPauseMs: number;
  mostPauseMs: number;
}

interface Tried {
  until: number;
  pauseMs: number;
}

/**
 * Works on what waits, some at a time. What takes long holds one lane and nobody else, and what comes to nothing stands
 * behind all that was not tried since.
 */
export class FairTurns {
  readonly #limits: TurnLimits;
  readonly #under = new Map<string, Promise<void>>();
  #tried = new Map<string, Tried>();
  #failures: unknown[] = [];

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /**
   * Begins as many as there are lanes for, and returns at once.
   *
   * @param waiting all that waits now: of anything else nothing is remembered.
   * @param ended called when a lane is free.
   * @throws what work threw since the last time.
   */
  begin(waiting: readonly Waiting[], nowMs: number, ended: () => void): void {
    const keys = new Set(waiting.map(({ key }) => key));
    this.#tried = new Map([...this.#tried].filter(([key]) => keys.has(key)));
    const since = ({ key }: Waiting) => this.#tried.get(key)?.until ?? Number.NEGATIVE_INFINITY;
    const due = waiting.filter((one) => !this.#under.has(one.key) && since(one) <= nowMs);
    for (const one of due.toSorted((a, b) => since(a) - since(b))) {
      if (this.#under.size >= this.#limits.lanes) break;
      this.#under.set(one.key, this.#work(one, nowMs).finally(ended));
    }
    const [failure, ...others] = this.#failures;
    this.#failures = [];
    if (failure !== undefined || others.length > 0) throw failure;
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    while (this.#under.size > 0) await Promise.all(this.#under.values());
  }

  async #work({ key, work }: Waiting, nowMs: number): Promise<void> {
    const { firstPauseMs, mostPauseMs } = this.#limits;
    const pauseMs = Math.min(2 * (this.#tried.get(key)?.pauseMs ?? firstPauseMs / 2), mostPauseMs);
    this.#tried.set(key, { until: nowMs + pauseMs, pauseMs });
    try {
      if (await work()) this.#tried.delete(key);
    } catch (error) {
      this.#failures.push(error);
    } finally {
      this.#under.delete(key);
    }
  }
}
