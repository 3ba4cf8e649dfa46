/** An eye that cannot get out for so long is out: it has no vote until it can again. */
const OUT_MS = 10 * 60_000;
/** How often one that is out is tried. */
const RETRY_MS = 60_000;

/** Which eyes can get out to the internet, by what became of their looks. */
export class Exits {
  readonly #failing = new Map<string, { since: number; tried: number }>();
  readonly #told: (eye: string, out: boolean) => void;

  /** @param told hears when an eye is out, and when it is back. */
  constructor(told: (eye: string, out: boolean) => void) {
    this.#told = told;
  }

  tried(eye: string, gotOut: boolean, now: number): void {
    if (gotOut) {
      if (this.#failing.delete(eye)) this.#told(eye, false);
      return;
    }
    const { since } = this.#failing.get(eye) ?? { since: now };
    this.#failing.set(eye, { since, tried: now });
    if (now - since >= OUT_MS) this.#told(eye, true);
  }

  /** Whether it is to be left out now; false once a minute, when it is tried again. */
  isOut(eye: string, now: number): boolean {
    const failing = this.#failing.get(eye);
    if (failing === undefined || now - failing.since < OUT_MS) return false;
    return now - failing.tried < RETRY_MS;
  }
}
