/** How much is kept of what. */
export interface Most<T> {
  count: number;
  /** What one weighs, and all of them together at most. */
  weight?: (one: T) => number;
  total?: number;
}

/**
 * Some of many, drawn evenly however many come and in whatever order: those of the smallest lots. A lot follows from the id
 * and a seed, so that the same draw gives the same, and whoever writes a list cannot keep an entry out of it.
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
    // Not at each one: it is sorted.
    if (this.#kept.length >= 1.25 * this.#most.count + 16 || this.#weight > 1.25 * this.#most.total) this.#cut();
  }

  /** What was drawn, in the order of the lots. */
  end(): T[] {
    this.#cut();
    return this.#kept.map(({ one }) => one);
  }

  #cut(): void {
    const { count, weight, total } = this.#most;
    this.#kept.sort((a, b) => a.lot - b.lot);
    this.#weight = 0;
    let kept = 0;
    for (const { one } of this.#kept.slice(0, count)) {
      if (this.#weight + weight(one) > total) break;
      this.#weight += weight(one);
      kept++;
    }
    // What has a higher lot than one that was left out is not drawn either.
    this.#limit = Math.min(this.#limit, this.#kept[kept]?.lot ?? this.#limit);
    this.#kept.length = kept;
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
