import type { Query } from "@ntd/store";
import { caseTimes } from "./case-view.ts";
import { everyPage } from "../every-page.ts";
import { targetViewId, type Records } from "../store.ts";
import { withCase, withTarget, type Timeline } from "./timeline.ts";
import { writeTimeline } from "./write-timeline.ts";

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
  await writeTimeline(records, id, (timeline) => {
    let next = timeline;
    if (next !== undefined && target !== undefined) next = withTarget(next, target.state);
    if (next !== undefined && view !== undefined) next = withCase(next, caseTimes(view.state, notice.decisionId));
    return next;
  });
}
