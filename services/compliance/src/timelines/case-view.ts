import { earlier, type CaseTimes } from "./timeline.ts";

/** What a case's events say, in whatever order they come. */
export interface CaseView {
  targetId: string;
  decisions: { decisionId: string; decidedTime: Date }[];
  /** Of the reports that have arrived, the first. */
  reportedTime: Date | undefined;
  /** Reports that the case names and that have not arrived yet. */
  awaitedReportIds: string[];
}

/** What one event of a case says. */
export interface CaseFacts {
  targetId: string;
  decision: { decisionId: string; decidedTime: Date } | undefined;
  reportIds: readonly string[];
}

/**
 * Adds what an event says. Nothing is ever taken back, so that the order does not matter: a case keeps every decision,
 * since a notice names the one that it follows from, and waits for every report, since events name the newest 20 only.
 */
export function withCaseFacts(view: CaseView | undefined, facts: CaseFacts): CaseView {
  const { decisions, reportedTime, awaitedReportIds } = view ?? emptyView;
  const { decision, targetId } = facts;
  const known = decision === undefined || decisions.some((d) => d.decisionId === decision.decisionId);
  return {
    targetId,
    decisions: known ? decisions : [...decisions, decision].toSorted((a, b) => (a.decisionId < b.decisionId ? -1 : 1)),
    reportedTime,
    awaitedReportIds: [...new Set([...awaitedReportIds, ...facts.reportIds])].toSorted(),
  };
}

const emptyView = { decisions: [], reportedTime: undefined, awaitedReportIds: [] };

/** A report has arrived. Ignored when the case does not wait for it. */
export function withReport(view: CaseView, reportId: string, receivedTime: Date): CaseView {
  if (!view.awaitedReportIds.includes(reportId)) return view;
  return {
    ...view,
    reportedTime: earlier(view.reportedTime, receivedTime),
    awaitedReportIds: view.awaitedReportIds.filter((id) => id !== reportId),
  };
}

/** The times that matter to a notice that follows from `decisionId`. */
export function caseTimes(view: CaseView, decisionId: string): CaseTimes {
  const decision = view.decisions.find((d) => d.decisionId === decisionId);
  return { reportedTime: view.reportedTime, decidedTime: decision?.decidedTime };
}
