import { change, type Query } from "@ntd/store";
import { caseTimes } from "./case-view.ts";
import { everyPage } from "./every-page.ts";
import { targetViewId, type Records } from "./store.ts";
import { withCase, withTarget, type Timeline } from "./timeline.ts";

/** Brings the timelines that match up to what the views say. Called after the caller has written its own document. */
export async function refreshTimelines(
  records: Records,
  where: NonNullable<Query<"targetView" | "caseId">["where"]>,
): Promise<void> {
  for await (const { id, state } of everyPage(records.timelines, where)) await refreshTimeline(records, id, state);
}

export async function refreshTimeline(records: Records, id: string, { notice }: Timeline): Promise<void> {
  const target = await records.targets.load(targetViewId(notice.targetId, notice.episode));
  const view = await records.cases.load(notice.caseId);
  await change(records.timelines, id, (timeline) => {
    if (timeline === undefined) return undefined;
    let next = timeline;
    if (target !== undefined) next = withTarget(next, target.state);
    if (view !== undefined) next = withCase(next, caseTimes(view.state, notice.decisionId));
    // As the store would keep it: without what is undefined.
    return JSON.stringify(next) === JSON.stringify(timeline) ? undefined : { state: next };
  });
}
