import { derivedId } from "@ntd/service";
import { many, type Collection, type Store } from "@ntd/store";
import type { CaseView } from "./timelines/case-view.ts";
import { columnOf, COLUMNS, numbersOf, type NoticeNumbers } from "./scorecard/notice-numbers.ts";
import type { TargetView } from "./timelines/target-view.ts";
import { timesOf, type Timeline } from "./timelines/timeline.ts";

export interface ReportView {
  receivedTime: Date;
}

type TimelineField = "issuedTime" | "providerId" | "targetView" | "caseId";
/** All that figures take of a timeline, beside its time of issue. */
export type FigureColumn = Exclude<(typeof COLUMNS)[number], "issued">;

/**
 * One timeline per notice and target, and a view of each thing whose events may come before or after the notice's:
 * a target in one episode, a case, a report.
 */
export interface Collections {
  timelines: Collection<Timeline, TimelineField, FigureColumn>;
  targets: Collection<TargetView>;
  cases: Collection<CaseView, "awaits">;
  reports: Collection<ReportView>;
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    timelines: await store.collection<Timeline, TimelineField, FigureColumn>({
      name: "timelines",
      fields: {
        issuedTime: (t) => t.notice.issuedTime,
        providerId: (t) => t.notice.providerId,
        targetView: (t) => targetViewId(t.notice.targetId, t.notice.episode),
        caseId: (t) => t.notice.caseId,
      },
      columns: figureColumns(),
      // A scorecard reads one of them and no timeline.
      indexes: [
        { fields: ["issuedTime"], covers: FIGURE_COLUMNS },
        { fields: ["providerId", "issuedTime"], covers: FIGURE_COLUMNS },
      ],
    }),
    targets: await store.collection<TargetView>({ name: "target_views", fields: {} }),
    cases: await store.collection<CaseView, "awaits">({
      name: "case_views",
      fields: { awaits: many((c) => c.awaitedReportIds) },
    }),
    reports: await store.collection<ReportView>({ name: "report_views", fields: {} }),
  };
}

export const FIGURE_COLUMNS = COLUMNS.filter((name) => name !== "issued");

// The store asks for one column of a timeline after the other.
function figureColumns(): Record<FigureColumn, (timeline: Timeline) => number | undefined> {
  let last: { timeline: Timeline; numbers: NoticeNumbers } | undefined;
  function numbers(timeline: Timeline): NoticeNumbers {
    if (last?.timeline !== timeline) last = { timeline, numbers: numbersOf(timesOf(timeline)) };
    return last.numbers;
  }
  const columns = FIGURE_COLUMNS.map((name) => [
    name,
    (timeline: Timeline) => defined(columnOf(numbers(timeline), name)),
  ]);
  return Object.fromEntries(columns) as Record<FigureColumn, (timeline: Timeline) => number | undefined>;
}

function defined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

export function timelineId(noticeId: string, targetId: string): string {
  return derivedId("timeline", noticeId, targetId);
}

export function targetViewId(targetId: string, episode: number): string {
  return derivedId("target-view", targetId, episode);
}
