import { openReadings, type Readings } from "@ntd/host";
import { derivedId } from "@ntd/service";
import { many, type Collection, type Store } from "@ntd/store";
import { ABROAD_COLUMNS, abroadColumnsOf, type AbroadColumn } from "./cohorts/abroad.ts";
import { CASE_COLUMNS, caseColumnsOf, undecidedSince, waitingNow, type CaseColumn } from "./cohorts/case-row.ts";
import { HELD_COLUMNS, heldColumnsOf, type HeldColumn } from "./cohorts/held.ts";
import { REPORT_COLUMNS, reportColumnOf, type ReportColumn, type ReportSaid } from "./cohorts/reports.ts";
import type { CaseView } from "./timelines/case-view.ts";
import { columnOf, FIGURE_COLUMNS, numbersOf, type FigureColumn } from "./scorecard/notice-numbers.ts";
import type { TargetView } from "./timelines/target-view.ts";
import { timesOf, type Timeline } from "./timelines/timeline.ts";

export interface ReportView {
  receivedTime: Date;
  /** Absent in what earlier releases wrote. */
  said?: ReportSaid;
}

type TimelineField = "issuedTime" | "providerId" | "targetView" | "caseId" | "heldIssued" | "abroadIssued";
type TimelineColumn = FigureColumn | HeldColumn | AbroadColumn;
type CaseField = "awaits" | "openedTime" | "undecidedSince" | "now";

/**
 * One timeline per notice and target, and a view of each thing whose events may come before or after the notice's:
 * a target in one episode, a case, a report.
 */
export interface Collections {
  timelines: Collection<Timeline, TimelineField, TimelineColumn>;
  targets: Collection<TargetView>;
  cases: Collection<CaseView, CaseField, CaseColumn>;
  reports: Collection<ReportView, "receivedTime", ReportColumn>;
  /** Who was shown notices one by one. */
  readings: Readings;
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    timelines: await openTimelines(store),
    targets: await store.collection<TargetView>({ name: "target_views", fields: {} }),
    cases: await openCases(store),
    reports: await store.collection<ReportView, "receivedTime", ReportColumn>({
      name: "report_views",
      fields: { receivedTime: (report) => report.receivedTime },
      columns: { reportFacts: (report) => reportColumnOf(report.said) },
      indexes: [{ fields: ["receivedTime"], covers: REPORT_COLUMNS }],
    }),
    readings: await openReadings(store),
  };
}

function openTimelines(store: Store): Promise<Collections["timelines"]> {
  return store.collection<Timeline, TimelineField, TimelineColumn>({
    name: "timelines",
    fields: {
      issuedTime: (t) => t.notice.issuedTime,
      providerId: (t) => t.notice.providerId,
      targetView: (t) => targetViewId(t.notice.targetId, t.notice.episode),
      caseId: (t) => t.notice.caseId,
      // Most are neither: a scorecard of these reads no others.
      heldIssued: (t) => (heldColumnsOf(t) ? t.notice.issuedTime : undefined),
      abroadIssued: (t) => (t.notice.abroad === undefined ? undefined : t.notice.issuedTime),
    },
    columns: {
      ...columnsFrom(FIGURE_COLUMNS, (t: Timeline) => {
        const numbers = numbersOf(timesOf(t));
        return (name) => columnOf(numbers, name);
      }),
      ...columnsFrom(HELD_COLUMNS, (t: Timeline) => valuesIn(heldColumnsOf(t))),
      ...columnsFrom(ABROAD_COLUMNS, (t: Timeline) => valuesIn(abroadColumnsOf(t))),
    },
    // A scorecard reads one of them and no timeline.
    indexes: [
      { fields: ["issuedTime"], covers: FIGURE_COLUMNS },
      { fields: ["providerId", "issuedTime"], covers: FIGURE_COLUMNS },
    ],
  });
}

function openCases(store: Store): Promise<Collections["cases"]> {
  return store.collection<CaseView, CaseField, CaseColumn>({
    name: "case_views",
    fields: {
      awaits: many((c) => c.awaitedReportIds),
      openedTime: (c) => c.told?.openedTime,
      undecidedSince,
      now: many(waitingNow),
    },
    columns: columnsFrom(CASE_COLUMNS, (c: CaseView) => valuesIn(caseColumnsOf(c))),
    indexes: [{ fields: ["openedTime"], covers: CASE_COLUMNS }],
  });
}

// The store asks for one column of a document after the other.
function columnsFrom<S, K extends string>(
  names: readonly K[],
  valuesOf: (state: S) => (name: K) => number | undefined,
) {
  let last: { state: S; values: (name: K) => number | undefined } | undefined;
  function value(state: S, name: K): number | undefined {
    if (last?.state !== state) last = { state, values: valuesOf(state) };
    const found = last.values(name);
    return found === undefined || Number.isNaN(found) ? undefined : found;
  }
  return Object.fromEntries(names.map((name) => [name, (state: S) => value(state, name)])) as Record<
    K,
    (state: S) => number | undefined
  >;
}

function valuesIn<K extends string>(values: Record<K, number | undefined> | undefined) {
  return (name: K) => values?.[name];
}

export function timelineId(noticeId: string, targetId: string): string {
  return derivedId("timeline", noticeId, targetId);
}

export function targetViewId(targetId: string, episode: number): string {
  return derivedId("target-view", targetId, episode);
}
