import { isLasting, type Disabling } from "../opinions/disabling.ts";
import type { EntryDoubt } from "../opinions/entry-doubt.ts";
import { positiveOrganisations, togetherListed, type Given } from "../opinions/opinion.ts";

/** What counts of all that is said of an entry, beside what a release lists. */
export interface Standing {
  /** It has at least so many votes. */
  leastVotes: number;
  disputed: boolean;
  disabled: boolean;
}

/** A standing, and with which counter of the set it was told. */
export interface Told extends Standing {
  counter: number;
}

/** Of which nobody said anything. */
export const AS_LISTED: Standing = { leastVotes: 0, disputed: false, disabled: false };

/** The newest that are kept. */
const KEPT = 20;

interface Said {
  given: readonly Given[];
  disabling?: Disabling;
  doubt?: EntryDoubt;
}

/** How an entry stands by what is said of it now. */
export function standingOf({ given, disabling, doubt }: Said): Standing {
  return {
    leastVotes: positiveOrganisations(given),
    disputed: togetherListed(given) === "OPINIONS_TOGETHER_DISPUTED" || doubt?.suspended === false,
    disabled: isLasting(disabling) || doubt?.suspended === true,
  };
}

export function sameStanding(some: Standing, other: Standing): boolean {
  return some.leastVotes === other.leastVotes && some.disputed === other.disputed && some.disabled === other.disabled;
}

/** With a standing that was told; undefined when it is noted already, or a later one is. */
export function withTold(told: readonly Told[], one: Told): Told[] | undefined {
  if ((told.at(-1)?.counter ?? 0) >= one.counter) return undefined;
  return [...told, one].slice(-KEPT);
}

/** How an entry stood at a counter; before what is kept, as it stood first in that. */
export function standingAt(told: readonly Told[], counter: number): Standing {
  const [first] = told;
  const before = first !== undefined && told.length >= KEPT ? first : AS_LISTED;
  return told.findLast((one) => one.counter <= counter) ?? before;
}

/** Whether something of an entry was told behind a counter and up to another; where that is kept no more, it was. */
export function wasTold(told: readonly Told[], after: number, through: number): boolean {
  const isKept = told.length < KEPT || (told[0]?.counter ?? 0) <= after;
  return !isKept || told.some(({ counter }) => counter > after && counter <= through);
}

/** Whether an entry that can be found now could not be found for a time behind a counter. */
export function cameBack(told: readonly Told[], after: number): boolean {
  if (told.at(-1)?.disabled !== false) return false;
  return told.some(({ disabled }, i) => disabled && (told[i + 1]?.counter ?? Infinity) > after);
}
