/** How much is kept of what. */
export interface Most<T> {
  count: number;
  /** What one weighs, and all of them together at most. */
  weight?: (one: T) => number;
  total?: number;
}

/** So many are held of a few that are wanted, so that as many as are wanted are left when half of them go. */
const ROOM = 256;

/**
 * Some of many, drawn evenly however many come and in whatever order: those whose lots lie under a limit, which is halved
 * when there are too many. A lot follows from the id and a seed, so that the same draw gives the same, and whoever writes
 * a list cannot keep an entry out of it.
 */
export class Sample<T> {
  readonly #seed: number;
  readonly #most: Required<Most<T>>;
  #kept: { lot: number; one: T }[] = [];
  #limit = 2 ** 32;
  #weight = 0;

  constructor(seed: number, { count, weight = () => 0, total = Number.POSITIVE_INFINITY }: Most<T>) {
    this.#seed = seed;
    this.#most = { count, weight, total };
  }

  /** Whether the entry whose id begins there is drawn, as far as is known by now. */
  draws(ids: Uint8Array, at: number): boolean {
    return lotOf(this.#seed, ids, at) < this.#limit;
  }

  /** Keeps what is drawn. */
  add(ids: Uint8Array, at: number, one: T): void {
    this.#kept.push({ lot: lotOf(this.#seed, ids, at), one });
    this.#weight += this.#most.weight(one);
    while (this.#isTooMuch()) this.#halve();
  }

  /** What was drawn. */
  end(): T[] {
    const { count } = this.#most;
    const kept = this.#kept.length > count ? this.#kept.toSorted((a, b) => a.lot - b.lot).slice(0, count) : this.#kept;
    return kept.map(({ one }) => one);
  }

  #isTooMuch(): boolean {
    const { count, total } = this.#most;
    return this.#kept.length > Math.max(count, ROOM) || this.#weight > total;
  }

  #halve(): void {
    this.#limit = Math.floor(this.#limit / 2);
    this.#kept = this.#kept.filter(({ lot }) => lot < this.#limit);
    this.#weight = this.#kept.reduce((sum, { one }) => sum + this.#most.weight(one), 0);
  }
}

// The first byte is the bucket in which it stands; the four behind it are as good as any.
function lotOf(seed: number, ids: Uint8Array, at: number): number {
  const byte = (nth: number) => ids[at + nth] ?? 0;
  let lot = (seed ^ (byte(1) | (byte(2) << 8) | (byte(3) << 16) | (byte(4) << 24))) >>> 0;
  lot = Math.imul(lot ^ (lot >>> 16), 0x85ebca6b);
  lot = Math.imul(lot ^ (lot >>> 13), 0xc2b2ae35);
  return (lot ^ (lot >>> 16)) >>> 0;
}
