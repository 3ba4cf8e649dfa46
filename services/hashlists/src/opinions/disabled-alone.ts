import { nameOf } from "@ntd/facts";
import { CUT_OFF_MS } from "../sets/cut-off.ts";
import { ONE_PERSON } from "./disabling.ts";

/** An entry that a person holds disabled, or is about to; kept in the set's document as long as it counts. */
export interface DisabledAlone {
  /** The person's name in every kind of identity. */
  name: string;
  entryId: string;
  untilTime: Date;
  /** Since when; absent in shares of earlier versions. */
  heldTime?: Date;
}

interface Held {
  disabledAlone?: readonly DisabledAlone[];
}

/**
 * The set with one more entry that a person holds disabled; the number of them when it would be too many. Calls at once
 * cannot all have what is left, as the set's document is written for each. Done again it changes nothing; whoever is cut
 * off behind it has the share of an entry that is not disabled, see `sharesBefore`.
 */
export function holdDisabled<S extends Held>(
  set: S,
  { by, entryId, untilTime }: Pick<DisabledAlone, "entryId" | "untilTime"> & { by: string },
  now: Date,
): { set: S & Held } | { tooMany: number } {
  const name = nameOf(by);
  const others = lasting(set, entryId).filter((one) => one.untilTime > now);
  const own = others.filter((one) => one.name === name).length;
  if (own >= ONE_PERSON) return { tooMany: own };
  return { set: { ...set, disabledAlone: [...others, { name, entryId, untilTime, heldTime: now }] } };
}

/** The shares of a person behind which there was time to disable the entry, or to enable it. */
export function sharesBefore({ disabledAlone = [] }: Held, by: string, now: Date): DisabledAlone[] {
  const isBefore = ({ heldTime }: DisabledAlone) =>
    heldTime === undefined || now.getTime() - heldTime.getTime() >= CUT_OFF_MS;
  return disabledAlone.filter((one) => one.name === nameOf(by) && isBefore(one));
}

/** The set without shares that nothing came of; what was held again meanwhile stays. */
export function withoutShares<S extends Held>(set: S, shares: readonly DisabledAlone[]): S {
  const isAmong = ({ entryId, heldTime }: DisabledAlone) =>
    shares.some((one) => one.entryId === entryId && one.heldTime?.getTime() === heldTime?.getTime());
  return shares.length === 0 ? set : { ...set, disabledAlone: set.disabledAlone?.filter((one) => !isAmong(one)) ?? [] };
}

/** The set without one that is disabled no more; undefined when it does not hold it. */
export function holdNoMore<S extends Held>(set: S, entryId: string): S | undefined {
  const others = lasting(set, entryId);
  return others.length === (set.disabledAlone?.length ?? 0) ? undefined : { ...set, disabledAlone: others };
}

function lasting({ disabledAlone = [] }: Held, but: string) {
  return disabledAlone.filter(({ entryId }) => entryId !== but);
}
