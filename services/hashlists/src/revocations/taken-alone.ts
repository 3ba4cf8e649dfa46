import { nameOf, personsFor } from "@ntd/facts";

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

/**
 * How many persons a revocation takes, by its size and by what the same person took back alone since yesterday. One that
 * takes no other person counts from here on: two calls at once cannot both have what is left, as the set's document is
 * written for it.
 */
export function countAlone<S extends { takenAlone?: readonly TakenAlone[] }>(
  set: S,
  { by, revocationId, entryCount }: WantedAlone,
  now: Date,
): { persons: 1 | 2; before: number; set: S & { takenAlone?: readonly TakenAlone[] } } {
  const recent = (set.takenAlone ?? []).filter(({ time }) => now.getTime() - time.getTime() < WITHIN_MS);
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

export function personsByCount(entryCount: number): 1 | 2 {
  return personsFor([entryCount > ONE_PERSON ? "revoke_many_entries" : "revoke_few_entries"]);
}
