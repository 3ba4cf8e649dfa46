import { needsSecond } from "./published-facts.ts";
import type { Question, Target } from "./target-state.ts";

const DAY_MS = 24 * 3_600_000;
/** A person who could not tell, or said that it is there, is asked again after so many days; then no more. */
const AGAIN_AFTER_DAYS = [1, 3, 7, 28] as const;

/** What nobody but a person can tell is asked, unless it was asked as often as may be, or not long ago. */
export function asked(target: Target, now: Date): Target {
  const { count, openSince, nextTime } = target.question ?? { count: 0 };
  if (openSince !== undefined || count > AGAIN_AFTER_DAYS.length) return target;
  if (nextTime !== undefined && nextTime > now) return target;
  return { ...target, question: { count: count + 1, openSince: now } };
}

/** No longer open: a person answered at this time, or an eye saw. */
export function answered({ count, openSince, nextTime }: Question, now: Date | undefined): Question {
  if (now === undefined) return { count, ...(nextTime && { nextTime }) };
  const days = AGAIN_AFTER_DAYS[count - 1];
  const again = days === undefined ? nextTime : new Date(now.getTime() + days * DAY_MS);
  return openSince === undefined
    ? { count, ...(nextTime && { nextTime }) }
    : { count, ...(again && { nextTime: again }) };
}

/** A target's place in the list of questions: raised ones first, then the longest asked; undefined while none is open. */
export function questionOf(target: Target): string | undefined {
  const { question, personMissed, raised } = target;
  const since = question?.openSince ?? (needsSecond(target) ? personMissed?.time : undefined);
  return since && `${raised === true ? 0 : 1}|${since.toISOString()}`;
}
