import { needsSecond } from "../targets/published-facts.ts";
import type { Question, Target } from "../targets/target-state.ts";

const DAY_MS = 24 * 3_600_000;
/**
 * A person who could not tell, or said that it is there, is asked again after so many days; then no more, unless an eye
 * could tell meanwhile.
 */
const AGAIN_AFTER_DAYS = [1, 3, 7, 28] as const;

/** What nobody but a person can tell is asked, unless it was asked as often as may be, or not long ago. */
export function asked(target: Target, now: Date): Target {
  const { count, openSince, nextTime } = target.question ?? { count: 0 };
  if (openSince !== undefined || count > AGAIN_AFTER_DAYS.length) return target;
  if (nextTime !== undefined && nextTime > now) return target;
  return { ...target, question: { count: count + 1, openSince: now } };
}

/** Answered by a person at this time: not asked again before its next time. */
export function answered({ count, openSince, nextTime }: Question, now: Date): Question {
  if (openSince === undefined) return { count, ...(nextTime && { nextTime }) };
  const days = AGAIN_AFTER_DAYS[count - 1] ?? AGAIN_AFTER_DAYS[AGAIN_AFTER_DAYS.length - 1];
  return { count, nextTime: new Date(now.getTime() + (days ?? 0) * DAY_MS) };
}

/** No longer open, since an eye could tell: whom it fails once more, it is asked once more. */
export function withdrawn({ count, nextTime }: Question): Question {
  return { count: Math.min(count, AGAIN_AFTER_DAYS.length), ...(nextTime && { nextTime }) };
}

/** A target's place in the list of questions: raised ones first, then the longest asked; undefined while none is open. */
export function questionOf(target: Target): string | undefined {
  const { question, personMissed, raised } = target;
  const since = question?.openSince ?? (needsSecond(target) ? personMissed?.time : undefined);
  return since && `${raised === true ? 0 : 1}|${since.toISOString()}`;
}
