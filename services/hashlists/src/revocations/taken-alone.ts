import { nameOf, personsFor } from "@ntd/facts";
import type { AloneState, Share } from "../sets/alone.ts";

/** So many entries one person takes back alone within 24 hours, of all sets together; more take a second one. */
export const ONE_PERSON = 10;
const WITHIN_MS = 24 * 3_600_000;

/** What one person took back alone: `of` is the revocation. */
export interface TakenAlone extends Share {
  entryCount: number;
}

export interface WantedAlone {
  by: string;
  revocationId: string;
  entryCount: number;
}

/**
 * How many persons a revocation takes, by its size and by what the same person took back alone since yesterday. One that
 * takes no other person counts from here on: two calls at once, in two sets too, cannot both have what is left, as the
 * person's document is written for it. There is no `state` where nothing is to be written.
 */
export function countAlone(
  held: AloneState<TakenAlone> | undefined,
  { by, revocationId, entryCount }: WantedAlone,
  now: Date,
): { persons: 1 | 2; before: number; state?: AloneState<TakenAlone> } {
  const recent = recentOf(held, now);
  const own = recent.find(({ of }) => of === revocationId);
  const others = recent.filter((one) => one !== own);
  const before = others.reduce((sum, one) => sum + one.entryCount, 0);
  // Of the same request, which was cut off or runs twice: what was counted is counted.
  if (own !== undefined && own.entryCount >= entryCount) return { persons: 1, before };
  const persons = entryCount === 0 ? 1 : personsByCount(before + entryCount);
  if (persons === 2 || entryCount === 0) return { persons, before };
  const shares = [...others, { of: revocationId, entryCount, since: now }];
  return { persons, before, state: { schemaVersion: 1, name: nameOf(by), shares } };
}

function recentOf(held: AloneState<TakenAlone> | undefined, now: Date): TakenAlone[] {
  return held?.shares.filter(({ since }) => now.getTime() - since.getTime() < WITHIN_MS) ?? [];
}

export function personsByCount(entryCount: number): 1 | 2 {
  return personsFor([entryCount > ONE_PERSON ? "revoke_many_entries" : "revoke_few_entries"]);
}
