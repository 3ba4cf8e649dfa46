import { nameOf } from "@ntd/facts";
import { ONE_PERSON } from "./disabling.ts";

/** An entry that a person holds disabled, or is about to; kept in the set's document as long as it counts. */
export interface DisabledAlone {
  /** The person's name in every kind of identity. */
  name: string;
  entryId: string;
  untilTime: Date;
}

/**
 * The set with one more entry that a person holds disabled; the number of them when it would be too many. Calls at once
 * cannot all have what is left, as the set's document is written for each. Done again it changes nothing; whoever is cut
 * off behind it has the entry's share until its time is over, and none of it disabled.
 */
export function holdDisabled<S extends { disabledAlone?: readonly DisabledAlone[] }>(
  set: S,
  { by, entryId, untilTime }: Omit<DisabledAlone, "name"> & { by: string },
  now: Date,
): { set: S & { disabledAlone: readonly DisabledAlone[] } } | { tooMany: number } {
  const name = nameOf(by);
  const others = lasting(set, entryId).filter((one) => one.untilTime > now);
  const own = others.filter((one) => one.name === name).length;
  if (own >= ONE_PERSON) return { tooMany: own };
  return { set: { ...set, disabledAlone: [...others, { name, entryId, untilTime }] } };
}

/** The set without one that is disabled no more; undefined when it does not hold it. */
export function holdNoMore<S extends { disabledAlone?: readonly DisabledAlone[] }>(
  set: S,
  entryId: string,
): S | undefined {
  const others = lasting(set, entryId);
  return others.length === (set.disabledAlone?.length ?? 0) ? undefined : { ...set, disabledAlone: others };
}

function lasting({ disabledAlone = [] }: { disabledAlone?: readonly DisabledAlone[] }, but: string) {
  return disabledAlone.filter(({ entryId }) => entryId !== but);
}
