import { nameOf } from "@ntd/facts";
import { derivedId } from "@ntd/service";

/**
 * A call writes its share into the person's document, and what it is the share of right behind that. Where that is not
 * there after so long the call was cut off in between: nobody holds such a share.
 */
const CUT_OFF_MS = 60_000;

/** What a person does alone, of which so much takes another one: taking entries back, or holding them disabled. */
export type Alone = "taken-alone" | "disabled-alone";

/** All of it that counts, of whatever set: a document for each person. */
export interface AloneState<S extends Share> {
  schemaVersion: 1;
  /** The person's name in every kind of identity. */
  name: string;
  shares: readonly S[];
}

export interface Share {
  /** The id of what it is the share of. */
  of: string;
  since: Date;
}

/** The document of a person ("{kind}/{name}"), whatever kind of identity they act with. */
export function aloneIdOf(what: Alone, person: string): string {
  return derivedId(what, nameOf(person));
}

/** The shares behind which there was time to do what they are the shares of, or to take it back. */
export function sharesBefore<S extends Share>(held: AloneState<S> | undefined, now: Date): S[] {
  return held?.shares.filter(({ since }) => now.getTime() - since.getTime() >= CUT_OFF_MS) ?? [];
}

/** The document without shares that nothing came of; one that was taken again meanwhile stays. */
export function withoutShares<S extends Share>(
  held: AloneState<S> | undefined,
  idle: readonly Share[],
): AloneState<S> | undefined {
  const isIdle = ({ of, since }: Share) => idle.some((one) => one.of === of && one.since.getTime() === since.getTime());
  return held && { ...held, shares: held.shares.filter((one) => !isIdle(one)) };
}
