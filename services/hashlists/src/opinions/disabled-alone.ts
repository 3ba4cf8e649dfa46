import { nameOf } from "@ntd/facts";
import type { AloneState, Share } from "../sets/alone.ts";
import { ONE_PERSON } from "./disabling.ts";

/** An entry that a person holds disabled, or is about to: `of` is the entry. */
export interface DisabledAlone extends Share {
  untilTime: Date;
}

/**
 * The document with one more entry that a person holds disabled; the number of them when it would be too many. Calls at
 * once, in two sets too, cannot all have what is left, as the document is written for each. Done again it changes nothing;
 * whoever is cut off behind it has the share of an entry that is not disabled, see `sharesBefore`.
 */
export function holdDisabled(
  held: AloneState<DisabledAlone> | undefined,
  { by, entryId, untilTime }: { by: string; entryId: string; untilTime: Date },
  now: Date,
): { state: AloneState<DisabledAlone> } | { tooMany: number } {
  const others = lasting(held, entryId).filter((one) => one.untilTime > now);
  if (others.length >= ONE_PERSON) return { tooMany: others.length };
  return { state: { schemaVersion: 1, name: nameOf(by), shares: [...others, { of: entryId, since: now, untilTime }] } };
}

/** The document without one that is disabled no more; undefined when it does not hold it. */
export function holdNoMore(
  held: AloneState<DisabledAlone> | undefined,
  entryId: string,
): AloneState<DisabledAlone> | undefined {
  const others = lasting(held, entryId);
  return held === undefined || others.length === held.shares.length ? undefined : { ...held, shares: others };
}

function lasting(held: AloneState<DisabledAlone> | undefined, but: string): DisabledAlone[] {
  return held?.shares.filter(({ of }) => of !== but) ?? [];
}
