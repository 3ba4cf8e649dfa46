import type { PackedIds } from "../entries/packed-ids.ts";
import type { ToldOfSet } from "../standings/known-told.ts";
import { standingAt, wasTold } from "../standings/standing.ts";

interface Between {
  from: number;
  to: number;
  /** Revoked at the two counters. */
  was: Pick<PackedIds, "keysIn">;
  is: Pick<PackedIds, "keysIn">;
  told: ToldOfSet;
}

/**
 * Of which entries of a set something else counts at a counter than at an earlier one, be the lists the same: what was
 * taken back, given back, and of what members say something else. A bucket of them at a time: of a set of which much was
 * taken back all of them would take long for each page.
 */
export class Touched {
  readonly #between: Between;

  constructor(between: Between) {
    this.#between = between;
  }

  /** What the difference of two lists says nothing of: what nobody finds by then, or did not find before. */
  keysIn(bucket: number): ReadonlySet<string> {
    const { was, is, told } = this.#between;
    const disabled = [...told.in(bucket).keys()].filter((key) => this.#isDisabled(bucket, key));
    return new Set([...was.keysIn(bucket), ...is.keysIn(bucket), ...disabled]);
  }

  /** The keys of those that are gone for good, out for a time, and there, perhaps again. */
  in(bucket: number): { gone: ReadonlySet<string>; out: ReadonlySet<string>; there: ReadonlySet<string> } {
    const { from, to, was, is, told } = this.#between;
    const [before, now] = [was.keysIn(bucket), is.keysIn(bucket)];
    const spoken = [...told.in(bucket)].flatMap(([key, own]) => (wasTold(own, from, to) ? [key] : []));
    const left = new Set([...before, ...spoken].filter((key) => !now.has(key)));
    const out = new Set([...left].filter((key) => this.#isDisabled(bucket, key)));
    return { gone: without(now, before), out, there: without(left, out) };
  }

  #isDisabled(bucket: number, key: string): boolean {
    return standingAt(this.#between.told.in(bucket).get(key) ?? [], this.#between.to).disabled;
  }
}

function without(some: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...some].filter((key) => !others.has(key)));
}
