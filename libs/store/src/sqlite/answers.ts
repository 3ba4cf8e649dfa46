import type { ColumnKind, Query } from "../port.ts";
import { isRange } from "../served.ts";
import { columnValue } from "./query.ts";

export type Asked = Omit<Query<string>, "limit"> & { limit?: number };

/** What is asked each second is asked in few ways; a cursor or somebody's id makes another one each time. */
const MOST_KNOWN = 200;
const LONGEST_KEY = 500;

/**
 * A question by which it is known again. One that asks what is due by now is the same one a second later: its bound is
 * kept apart.
 */
export interface Question {
  readonly key: string;
  readonly due: Due | undefined;
}

/** What is asked for comes up to here, in the order of this field. */
export interface Due {
  readonly field: string;
  readonly at: number;
  readonly isIncluded: boolean;
}

/** An answer that holds, or if nothing comes up to now either `behind` the bound of when it was given. */
export interface Known<T> {
  readonly answer: T;
  readonly unless?: Due;
}

/**
 * Short answers of a collection, until something is written in it: who looks each second for what is due does not wake
 * the store's thread for that, however many look. Of what is due, only that nothing is. This process is the file's only
 * writer: from when a write is asked until it is answered nothing is known.
 */
export class Answers {
  readonly #known = new Map<string, { answer: unknown; due: Due | undefined; below: number | undefined }>();
  #writing = 0;

  /** A write is on its way, until the returned function is called. */
  writing(): () => void {
    this.#known.clear();
    this.#writing++;
    let isOver = false;
    return () => {
      if (!isOver) this.#writing--;
      isOver = true;
    };
  }

  of<T>({ key, due }: Question): Known<T> | undefined {
    const known = this.#known.get(key);
    if (known === undefined) return undefined;
    const answer = known.answer as T;
    if (due === undefined || known.due === undefined) return { answer };
    if (known.below !== undefined) return due.at < known.below ? { answer } : undefined;
    return due.at <= known.due.at ? { answer } : { answer, unless: known.due };
  }

  /**
   * The thread answered, in the order of its answers. Of what is due the answer is that there is nothing.
   *
   * @param below what comes first stands here; undefined where that was not asked.
   */
  keep({ key, due }: Question, answer: unknown, below?: number): void {
    if (this.#writing > 0) return;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, { answer, due, below });
  }
}

/**
 * Undefined for what is not worth remembering.
 *
 * @param columns what is read of each document; undefined: all of it.
 */
export function questionOf(
  { where = {}, orderBy, descending = false, after, limit }: Asked,
  columns?: Readonly<Record<string, ColumnKind | undefined>>,
): Question | undefined {
  if (after !== undefined || Object.values(columns ?? {}).includes("bytes")) return undefined;
  const due = descending || orderBy === undefined ? undefined : dueOf(where, orderBy);
  const left = due === undefined ? where : { ...where, [due.field]: undefined };
  const key = JSON.stringify([left, orderBy, descending, due?.isIncluded, limit, columns]);
  return key.length > LONGEST_KEY ? undefined : { key, due };
}

/** The same question for what comes behind a bound. */
export function behind({ where = {}, orderBy }: Asked, { field, at, isIncluded }: Due): Omit<Asked, "limit"> {
  const range = { [isIncluded ? "gt" : "gte"]: at };
  return { where: { ...where, [field]: range }, ...(orderBy !== undefined && { orderBy }) };
}

function dueOf(where: NonNullable<Asked["where"]>, field: string): Due | undefined {
  const range = where[field];
  if (range === undefined || !isRange(range) || range.gt !== undefined || range.gte !== undefined) return undefined;
  const { lt, lte } = range;
  const at = columnValue(lt ?? lte);
  const isOne = (lt === undefined) !== (lte === undefined);
  return isOne && typeof at === "number" ? { field, at, isIncluded: lte !== undefined } : undefined;
}
