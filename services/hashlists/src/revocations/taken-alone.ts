import { nameOf, personsFor } from "@ntd/facts";
import { derivedId } from "@ntd/service";
import { CUT_OFF_MS } from "../sets/cut-off.ts";

/** So many entries one person takes back alone within 24 hours, of all sets together; more take a second one. */
export const ONE_PERSON = 10;
const WITHIN_MS = 24 * 3_600_000;

/** What one person took back alone, of whatever set, as long as it counts: a document for each person. */
export interface TakenAloneState {
  schemaVersion: 1;
  /** The person's name in every kind of identity. */
  name: string;
  shares: readonly TakenAlone[];
}

export interface TakenAlone {
  revocationId: string;
  entryCount: number;
  time: Date;
}

export interface WantedAlone {
  by: string;
  revocationId: string;
  entryCount: number;
}

/** The document of a person ("{kind}/{name}"), whatever kind of identity they act with. */
export function takenAloneIdOf(person: string): string {
  return derivedId("taken-alone", nameOf(person));
}

/**
 * How many persons a revocation takes, by its size and by what the same person took back alone since yesterday. One that
 * takes no other person counts from here on: two calls at once, in two sets too, cannot both have what is left, as the
 * person's document is written for it. There is no `state` where nothing is to be written.
 */
export function countAlone(
  held: TakenAloneState | undefined,
  { by, revocationId, entryCount }: WantedAlone,
  now: Date,
): { persons: 1 | 2; before: number; state?: TakenAloneState } {
  const recent = recentOf(held, now);
  const own = recent.find((one) => one.revocationId === revocationId);
  const others = recent.filter((one) => one !== own);
  const before = others.reduce((sum, one) => sum + one.entryCount, 0);
  // Of the same request, which was cut off or runs twice: what was counted is counted.
  if (own !== undefined && own.entryCount >= entryCount) return { persons: 1, before };
  const persons = entryCount === 0 ? 1 : personsByCount(before + entryCount);
  if (persons === 2 || entryCount === 0) return { persons, before };
  const shares = [...others, { revocationId, entryCount, time: now }];
  return { persons, before, state: { schemaVersion: 1, name: nameOf(by), shares } };
}

/** The shares behind which there was time to ask for the revocation. */
export function sharesBefore(held: TakenAloneState | undefined, now: Date): TakenAlone[] {
  return recentOf(held, now).filter(({ time }) => now.getTime() - time.getTime() >= CUT_OFF_MS);
}

/** The document without shares that nothing came of; one of a request that came again meanwhile stays. */
export function withoutShares(
  held: TakenAloneState | undefined,
  idle: readonly TakenAlone[],
): TakenAloneState | undefined {
  const isIdle = ({ revocationId, time }: TakenAlone) =>
    idle.some((one) => one.revocationId === revocationId && one.time.getTime() === time.getTime());
  return held && { ...held, shares: held.shares.filter((one) => !isIdle(one)) };
}

function recentOf(held: TakenAloneState | undefined, now: Date): TakenAlone[] {
  return held?.shares.filter(({ time }) => now.getTime() - time.getTime() < WITHIN_MS) ?? [];
}

export function personsByCount(entryCount: number): 1 | 2 {
  return personsFor([entryCount > ONE_PERSON ? "revoke_many_entries" : "revoke_few_entries"]);
}
