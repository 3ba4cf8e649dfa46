import { parts } from "./filing.ts";

/** What a month's verdicts add up to, as it is told: written once, and never changed. */
export interface MonthOfVerdicts {
  schemaVersion: 1;
  decided: number;
  /** Rounded; absent where so few were decided that it would tell of a single one. */
  illegal?: number;
}

/** Of fewer verdicts than this nothing is told. */
const MIN_DECIDED = 20;
const STEP = 5;
const MAX_MONTHS = 24;
/** So long after its end a month's verdicts are counted: who reports something and looks soon learns nothing. */
const SETTLED_MS = 30 * 24 * 3_600_000;

export interface Month {
  from: Date;
  until: Date;
}

/** The months of [from, until), each with its end; undefined where these are no whole months, or too many. */
export function monthsOf(from: Date, until: Date): Month[] | undefined {
  if (!isMonth(from) || !isMonth(until) || until <= from) return undefined;
  const months: Month[] = [];
  for (let at = from; at < until && months.length <= MAX_MONTHS; at = nextMonth(at)) {
    months.push({ from: at, until: nextMonth(at) });
  }
  return months.length > MAX_MONTHS ? undefined : months;
}

export function isSettled({ until }: Month, now: Date): boolean {
  return now.getTime() >= until.getTime() + SETTLED_MS;
}

/**
 * What is told of a month's verdicts. Rounded down to fives, from an offset that nobody knows and that stays: whoever knows
 * all verdicts of a month but one cannot tell from the figure which side that one fell.
 *
 * @param secret of the sender and the month.
 */
export function toldVerdicts(decided: number, illegal: number, secret: string): MonthOfVerdicts {
  const offset = Number.parseInt(secret.slice(0, 8), 16) % STEP;
  const rounded = Math.floor((illegal + offset) / STEP) * STEP;
  const isTold = decided >= MIN_DECIDED;
  return { schemaVersion: 1, decided, ...(isTold && { illegal: Math.min(decided, rounded) }) };
}

/** Of how many filings each mask of `lacks` is: how many they are, how complete, in hundredths, and what is missing most. */
export function completeness(counts: ReadonlyMap<number, number>): { count: number; score: number; missing: string[] } {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const missing = parts.map((part, bit) => {
    const count = [...counts].reduce((sum, [mask, n]) => ((mask & (1 << bit)) === 0 ? sum : sum + n), 0);
    return { part, count };
  });
  const lacking = missing.reduce((sum, { count }) => sum + count, 0);
  const score = all === 0 ? 0 : Math.round(100 * (1 - lacking / (all * parts.length)));
  const named = missing.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count);
  return { count: all, score, missing: named.map(({ part }) => part) };
}

/** Of what months tell: how many were decided, how many of them as illegal, and that in hundredths. */
export function usefulness(months: readonly MonthOfVerdicts[]): {
  decided: number;
  illegal: number | undefined;
  score: number | undefined;
} {
  const told = months.filter(({ illegal }) => illegal !== undefined);
  const decided = months.reduce((sum, month) => sum + month.decided, 0);
  if (told.length === 0) return { decided, illegal: undefined, score: undefined };
  const illegal = told.reduce((sum, month) => sum + (month.illegal ?? 0), 0);
  const of = told.reduce((sum, month) => sum + month.decided, 0);
  return { decided, illegal, score: Math.round((100 * illegal) / of) };
}

function isMonth(time: Date): boolean {
  return time.getTime() === Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), 1);
}

function nextMonth(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 1));
}
