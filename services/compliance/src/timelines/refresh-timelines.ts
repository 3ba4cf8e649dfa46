import type { Query } from "@ntd/store";
import { caseTimes, type CaseView } from "./case-view.ts";
import { targetViewId, type Collections } from "../store.ts";
import { withCase, withTarget, type TargetFacts, type Timeline } from "./timeline.ts";
import { isSame, writeTimeline } from "./write.ts";

const PAGE = 100;

/** Brings the timelines of a case up to its view. Called after the caller has written that. */
export async function refreshFromCase(collections: Collections, caseId: string, view: CaseView): Promise<void> {
  await refresh(collections, { caseId }, (timeline) => withCase(timeline, caseTimes(view, timeline.notice.decisionId)));
}

/** Brings the timelines of a target's episode up to its view. Called after the caller has written that. */
export async function refreshFromTarget(collections: Collections, id: string, view: TargetFacts): Promise<void> {
  await refresh(collections, { targetView: id }, (timeline) => withTarget(timeline, view));
}

/** The timeline with all that the views say. */
export async function withViews({ targets, cases }: Collections, timeline: Timeline): Promise<Timeline> {
  const { targetId, episode, caseId, decisionId } = timeline.notice;
  const [target, view] = await Promise.all([targets.load(targetViewId(targetId, episode)), cases.load(caseId)]);
  const seen = target === undefined ? timeline : withTarget(timeline, target.state);
  return view === undefined ? seen : withCase(seen, caseTimes(view.state, decisionId));
}

async function refresh(
  { timelines }: Collections,
  where: NonNullable<Query<"targetView" | "caseId">["where"]>,
  next: (timeline: Timeline) => Timeline,
): Promise<void> {
  for await (const page of timelines.pages({ where }, PAGE)) {
    for (const { id, state } of page) {
      if (!isSame(next(state), state)) await writeTimeline(timelines, id, (timeline) => timeline && next(timeline));
    }
  }
}
