import { derivedId } from "@ntd/service";
import { many, type Collection, type Store } from "@ntd/store";
import type { CaseView } from "./timelines/case-view.ts";
import type { TargetFacts, Timeline } from "./timelines/timeline.ts";

export interface ReportView {
  receivedTime: Date;
}

/**
 * One timeline per notice and target, and a view of each thing whose events may come before or after the notice's:
 * a target in one episode, a case, a report.
 */
export interface Collections {
  timelines: Collection<Timeline, "issuedTime" | "providerId" | "targetView" | "caseId">;
  targets: Collection<TargetFacts>;
  cases: Collection<CaseView, "awaits">;
  reports: Collection<ReportView>;
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    timelines: await store.collection<Timeline, "issuedTime" | "providerId" | "targetView" | "caseId">({
      name: "timelines",
      fields: {
        issuedTime: (t) => t.notice.issuedTime,
        providerId: (t) => t.notice.providerId,
        targetView: (t) => targetViewId(t.notice.targetId, t.notice.episode),
        caseId: (t) => t.notice.caseId,
      },
      indexes: [{ fields: ["providerId", "issuedTime"] }],
    }),
    targets: await store.collection<TargetFacts>({ name: "target_views", fields: {} }),
    cases: await store.collection<CaseView, "awaits">({
      name: "case_views",
      fields: { awaits: many((c) => c.awaitedReportIds) },
    }),
    reports: await store.collection<ReportView>({ name: "report_views", fields: {} }),
  };
}

export function timelineId(noticeId: string, targetId: string): string {
  return derivedId("timeline", noticeId, targetId);
}

export function targetViewId(targetId: string, episode: number): string {
  return derivedId("target-view", targetId, episode);
}
