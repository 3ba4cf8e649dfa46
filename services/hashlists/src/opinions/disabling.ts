import { isSamePerson } from "@ntd/facts";

/** An entry that is not found for a time. */
export interface Disabling {
  by: string;
  reason: string;
  sinceTime: Date;
  untilTime: Date;
  /** Absent while it lasts; `by` is absent where it ended by itself. */
  ended?: { time: Date; by?: string };
}

/** So long an entry can be disabled at once. */
export const MOST_DAYS = 30;
/** So many entries, of all sets, one person may hold disabled at a time: more is a revocation, which takes two. */
export const ONE_PERSON = 10;

const DAY_MS = 86_400_000;

/**
 * Another one in the place of the last; who did that cannot do it again, and of one that lasts only a longer one takes the
 * place: nobody shortens by that what another person thought right, nor takes away its reason.
 */
export function disable(
  last: Disabling | undefined,
  { by, reason, days, now }: { by: string; reason: string; days: number; now: Date },
): Disabling | "SAME_PERSON" | "LASTS" {
  if (last !== undefined && isSamePerson(last.by, by)) return "SAME_PERSON";
  const untilTime = new Date(now.getTime() + days * DAY_MS);
  if (isLasting(last) && last.untilTime > now && last.untilTime >= untilTime) return "LASTS";
  return { by, reason, sinceTime: now, untilTime };
}

/** Ends it before its time; undefined when it does not last. */
export function enable(last: Disabling | undefined, by: string, now: Date): Disabling | undefined {
  return last === undefined || last.ended !== undefined ? undefined : { ...last, ended: { time: now, by } };
}

/** Ends it once its time is over; undefined while there is nothing to end. */
export function expire(last: Disabling | undefined, now: Date): Disabling | undefined {
  if (last === undefined || last.ended !== undefined || last.untilTime > now) return undefined;
  return { ...last, ended: { time: now } };
}

export function isLasting(last: Disabling | undefined): last is Disabling {
  return last !== undefined && last.ended === undefined;
}
