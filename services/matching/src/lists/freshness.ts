/** Hashlists is asked so often whether anything was revoked that no event told of. */
const CHECK_EVERY_MS = 60_000;

/** From here on the lists count as unchecked: five times nobody answered. */
const UNCHECKED_AFTER_MS = 5 * CHECK_EVERY_MS;

interface Times {
  loaded: Date;
  asked: Date;
  /** Undefined until hashlists has answered since the start: a snapshot asks nobody. */
  checked: Date | undefined;
}

/** When each set was taken in, and when hashlists last said that it is complete. */
export class Freshness {
  readonly #times = new Map<string, Times>();

  loaded(setId: string, now: Date): void {
    this.#times.set(setId, { asked: now, checked: undefined, ...this.#times.get(setId), loaded: now });
  }

  asked(setId: string, now: Date): void {
    const times = this.#times.get(setId);
    if (times === undefined) return;
    const { loaded, checked } = times;
    // What was noted by a clock that was ahead counts from here on.
    const counted = (time: Date) => (time > now ? now : time);
    this.#times.set(setId, { loaded: counted(loaded), checked: checked && counted(checked), asked: now });
  }

  checked(setId: string, now: Date): void {
    const times = this.#times.get(setId);
    if (times !== undefined) this.#times.set(setId, { ...times, asked: now, checked: now });
  }

  of(setId: string): Readonly<Times> | undefined {
    return this.#times.get(setId);
  }

  /** Whether it is time to ask about a set again, be it that the last try failed or not, or the clock was put back. */
  isCheckDue(setId: string, now: Date): boolean {
    const times = this.#times.get(setId);
    return times !== undefined && Math.abs(now.getTime() - times.asked.getTime()) >= CHECK_EVERY_MS;
  }

  /** Whether hashlists has not answered for any one of the sets for too long. */
  isUnchecked(now: Date): boolean {
    return [...this.#times.values()].some(({ checked, loaded }) => {
      return now.getTime() - (checked ?? loaded).getTime() >= UNCHECKED_AFTER_MS;
    });
  }
}
