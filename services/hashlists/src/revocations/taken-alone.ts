import { nameOf, personsFor } from "@ntd/facts";
import { CUT_OFF_MS } from "../sets/cut-off.ts";

/** So many entries one person takes back alone in a set within 24 hours; more take a second one. */
export const ONE_PERSON = 10;
const WITHIN_MS = 24 * 3_600_000;

/** What one person took back alone, kept in the set's document as long as it counts. */
export interface TakenAlone {
  /** The person's name in every kind of identity. */
  name: string;
  revocationId: string;
  entryCount: number;
  time: Date;
}

export interface WantedAlone {
  by: string;
  revocationId: string;
  entryCount: number;
}

interface Counted {
  takenAlone?: readonly TakenAlone[];
}

/**
 * How many persons a revocation takes, by its size and by what the same person took back alone since yesterday. One that
 * takes no other person counts from here on: two calls at once cannot both have what is left, as the set's document is
 * written for it.
 */
export function countAlone<S extends Counted>(
  set: S,
  { by, revocationId, entryCount }: WantedAlone,
  now: Date,
): { persons: 1 | 2; before: number; set: S & Counted } {
  const recent = recentIn(set, now);
  const own = recent.find((one) => one.revocationId === revocationId);
  const others = recent.filter((one) => one !== own);
  const before = others.reduce((sum, one) => sum + (one.name === nameOf(by) ? one.entryCount : 0), 0);
  // Of the same request, which was cut off or runs twice: what was counted is counted.
  if (own !== undefined && own.entryCount >= entryCount) return { persons: 1, before, set };
  const persons = entryCount === 0 ? 1 : personsByCount(before + entryCount);
  if (persons === 2 || entryCount === 0) return { persons, before, set };
  const counted = { name: nameOf(by), revocationId, entryCount, time: now };
  return { persons, before, set: { ...set, takenAlone: [...others, counted] } };
}

/** The shares of a person behind which there was time to ask for the revocation. */
export function sharesBefore(set: Counted, by: string, now: Date): TakenAlone[] {
  const isBefore = ({ time }: TakenAlone) => now.getTime() - time.getTime() >= CUT_OFF_MS;
  return recentIn(set, now).filter((one) => one.name === nameOf(by) && isBefore(one));
}

/** The set without shares that nothing came of; one of a request that came again meanwhile stays. */
export function withoutShares<S extends Counted>(set: S, shares: readonly TakenAlone[]): S {
  const isAmong = ({ revocationId, time }: TakenAlone) =>
    shares.some((one) => one.revocationId === revocationId && one.time.getTime() === time.getTime());
  return shares.length === 0 ? set : { ...set, takenAlone: set.takenAlone?.filter((one) => !isAmong(one)) ?? [] };
}

function recentIn({ takenAlone = [] }: Counted, now: Date): TakenAlone[] {
  return takenAlone.filter(({ time }) => now.getTime() - time.getTime() < WITHIN_MS);
}

export function personsByCount(entryCount: number): 1 | 2 {
  return personsFor([entryCount > ONE_PERSON ? "revoke_many_entries" : "revoke_few_entries"]);
}
