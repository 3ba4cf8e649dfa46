import { nameOf } from "@ntd/facts";
import { derivedId } from "@ntd/service";
import { CUT_OFF_MS } from "../sets/cut-off.ts";
import { ONE_PERSON } from "./disabling.ts";

/** What one person holds disabled, of whatever set, as long as it counts: a document for each person. */
export interface DisabledAloneState {
  schemaVersion: 1;
  /** The person's name in every kind of identity. */
  name: string;
  shares: readonly DisabledAlone[];
}

/** An entry that a person holds disabled, or is about to. */
export interface DisabledAlone {
  entryId: string;
  untilTime: Date;
  /** Since when. */
  heldTime: Date;
}

/** The document of a person ("{kind}/{name}"), whatever kind of identity they act with. */
export function disabledAloneIdOf(person: string): string {
  return derivedId("disabled-alone", nameOf(person));
}

/**
 * The document with one more entry that a person holds disabled; the number of them when it would be too many. Calls at
 * once, in two sets too, cannot all have what is left, as the document is written for each. Done again it changes nothing;
 * whoever is cut off behind it has the share of an entry that is not disabled, see `sharesBefore`.
 */
export function holdDisabled(
  held: DisabledAloneState | undefined,
  { by, entryId, untilTime }: Pick<DisabledAlone, "entryId" | "untilTime"> & { by: string },
  now: Date,
): { state: DisabledAloneState } | { tooMany: number } {
  const others = lasting(held, entryId).filter((one) => one.untilTime > now);
  if (others.length >= ONE_PERSON) return { tooMany: others.length };
  return { state: { schemaVersion: 1, name: nameOf(by), shares: [...others, { entryId, untilTime, heldTime: now }] } };
}

/** The shares behind which there was time to disable the entry, or to enable it, or for another one to take it over. */
export function sharesBefore(held: DisabledAloneState | undefined, now: Date): DisabledAlone[] {
  return held?.shares.filter(({ heldTime }) => now.getTime() - heldTime.getTime() >= CUT_OFF_MS) ?? [];
}

/** The document without shares that nothing came of; what was held again meanwhile stays. */
export function withoutShares(
  held: DisabledAloneState | undefined,
  idle: readonly DisabledAlone[],
): DisabledAloneState | undefined {
  const isIdle = ({ entryId, heldTime }: DisabledAlone) =>
    idle.some((one) => one.entryId === entryId && one.heldTime.getTime() === heldTime.getTime());
  return held && { ...held, shares: held.shares.filter((one) => !isIdle(one)) };
}

/** The document without one that is disabled no more; undefined when it does not hold it. */
export function holdNoMore(held: DisabledAloneState | undefined, entryId: string): DisabledAloneState | undefined {
  const others = lasting(held, entryId);
  return held === undefined || others.length === held.shares.length ? undefined : { ...held, shares: others };
}

function lasting(held: DisabledAloneState | undefined, but: string): DisabledAlone[] {
  return held?.shares.filter(({ entryId }) => entryId !== but) ?? [];
}
