import { isStill } from "../dispatches/material.ts";
import type { Around } from "./leaving.ts";
import type { Notice } from "./notice.ts";

/** The prober was asked to look, since no eye had seen lately what the machine decided on. */
export interface AskedLook {
  askedTime: Date;
  asks: number;
  /** When it is asked once more. Absent: not again, for by then every sighting is news, which the prober tells unasked. */
  askAgainTime?: Date;
}

const ASK_AGAIN_MS = 30 * 60_000;
const ASK_AGAIN_MAX_MS = 24 * 3_600_000;
/** Asked for some five days. */
const MAX_ASKS = 10;

/** An eye saw, not too long ago, what the machine decided on. */
export function isFresh({ automatic, target, freshMs }: Around, now: Date): boolean {
  if (automatic === undefined || target?.lastSeenTime === undefined) return false;
  return now.getTime() - target.lastSeenTime.getTime() <= freshMs && isStill(automatic, target.seen);
}

/** The prober is asked to look; a notice that waits already is asked for again at most every half hour, then less often. */
export function askForLook(notice: Notice, now: Date): Notice {
  const asks = (notice.askedLook?.asks ?? 0) + 1;
  const waitMs = Math.min(ASK_AGAIN_MS * 2 ** (asks - 1), ASK_AGAIN_MAX_MS);
  const again = asks < MAX_ASKS && { askAgainTime: new Date(now.getTime() + waitMs) };
  return { ...notice, askedLook: { askedTime: now, asks, ...again } };
}

/** Asks once more when that is due. */
export function askedAgain(notice: Notice, now: Date): Notice {
  const { askAgainTime } = notice.askedLook ?? {};
  return askAgainTime === undefined || askAgainTime > now ? notice : askForLook(notice, now);
}
