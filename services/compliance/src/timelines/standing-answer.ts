import type { Answered, NoticeTimes } from "./timeline.ts";

/** The answer that stands, and when it was first given without another in between. */
export function standingAnswer(answers: readonly Answered[]): NoticeTimes["answer"] {
  // Of two that came at once the one that is listed later is newer. A hotline that told somebody has not answered yet.
  const newestFirst = answers
    .filter(({ outcome }) => outcome !== "OUTCOME_UNSPECIFIED")
    .toReversed()
    .toSorted((a, b) => b.revision - a.revision || compare(b.receivedTime, a.receivedTime));
  const [newest] = newestFirst;
  if (newest === undefined) return undefined;
  const change = newestFirst.findIndex((a) => a.outcome !== newest.outcome);
  const first = newestFirst.slice(0, change === -1 ? undefined : change).at(-1) ?? newest;
  return { outcome: newest.outcome, time: first.receivedTime };
}

function compare(a: Date, b: Date): number {
  return a.getTime() - b.getTime();
}
