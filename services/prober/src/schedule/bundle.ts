import { nextMoment } from "./schedule.ts";
import type { Target } from "../targets/target-state.ts";

/** So many looks of one address reports ask for in a slot. What is reported more often than that waits for the next slot. */
export const LOOKS_A_SLOT = 3;
/** Reports of a sender who sent more than their quota ask for one: the same address a thousand times is one look. */
const OF_BUNDLED = 1;

/**
 * What a report asks for where many report the same address: a look that has been asked for and has not begun answers all
 * of them, and where the looks of this slot are fresh they are answered by the first one of the next slot. Each report is
 * noted all the same.
 *
 * @param noted `target` with the report and its wish for a look at once.
 * @param mark whether intake had it wait.
 */
export function bundled(
  target: Target,
  noted: Target,
  { isBundled }: { isBundled: boolean },
  now: Date,
  slotMs: number,
): Target {
  const { work } = target;
  if (work.wanted !== work.wantedAtClaim) return noted;
  const slot = Math.floor(now.getTime() / slotMs);
  const count = target.asked?.slot === slot ? target.asked.count : 0;
  if (count < (isBundled ? OF_BUNDLED : LOOKS_A_SLOT)) return { ...noted, asked: { slot, count: count + 1 } };
  const bundledUntil = nextMoment(target.targetId, now, slotMs);
  const isClaimed = work.claimedUntil !== undefined && work.claimedUntil > now;
  return { ...noted, bundledUntil, work: isClaimed ? work : { ...work, dueAt: earlier(work.dueAt, bundledUntil) } };
}

/** When it is due, with what reports that were bundled wait for. */
export function earlier(due: Date | undefined, bundledUntil: Date): Date {
  return due !== undefined && due < bundledUntil ? due : bundledUntil;
}
