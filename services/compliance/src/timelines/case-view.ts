import { withTold, type CaseTold } from "./case-told.ts";
import { earlier } from "./earlier.ts";
import type { CaseTimes } from "./timeline.ts";

/** What a case's events say, in whatever order they come. */
export interface CaseView {
  decisions: Decided[];
  /** When its first report was received: what casework says, or the earliest that has arrived of those that it names. */
  reportedTime: Date | undefined;
  /** Of what casework says; absent while only events of release 0.2 have come, which name reports and tell no time. */
  reportedRevision?: number;
  /** Reports that such events name and that have not arrived yet. */
  awaitedReportIds: string[];
  /** What its newest event says. Absent in what earlier releases wrote. */
  told?: CaseTold;
}

export interface Decided {
  decisionId: string;
  decidedTime: Date;
  /** Absent: a machine decided, or release 0.2 did not note who. */
  byPerson?: true;
  /** Of a page: it asks for what is embedded in it. */
  embedded?: true;
}

/** What one event of a case says. */
export interface CaseFacts {
  decision: Decided | undefined;
  firstReport: { time: Date | undefined; revision: number };
  reportIds: readonly string[];
  told?: CaseTold;
}

/**
 * Adds what an event says. A case keeps every decision, since a notice names the one that it follows from; of its first
 * report the highest revision counts. So the order does not matter.
 *
 * @param arrived when the reports were received that the event names and that have arrived; asked for by
 * `namesReports` alone.
 */
export function withCaseFacts(
  view: CaseView = emptyView,
  facts: CaseFacts,
  arrived: ReadonlyMap<string, Date> = new Map(),
): CaseView {
  const next = withNewest(withFirstReport(withDecision(view, facts), facts), facts);
  if (!namesReports(facts) || next.reportedRevision !== undefined) return next;
  const missing = facts.reportIds.filter((id) => !arrived.has(id));
  const times = facts.reportIds.map((id) => arrived.get(id));
  return {
    ...next,
    reportedTime: times.reduce(earlier, next.reportedTime),
    awaitedReportIds: [...new Set([...next.awaitedReportIds, ...missing])].toSorted(),
  };
}

const emptyView: CaseView = { decisions: [], reportedTime: undefined, awaitedReportIds: [] };

/** An event of release 0.2: its first report has to be found among those that it names, the newest 20. */
export function namesReports({ firstReport, reportIds }: CaseFacts): boolean {
  return firstReport.revision === 0 && reportIds.length > 0;
}

function withDecision(view: CaseView, { decision }: CaseFacts): CaseView {
  if (decision === undefined) return view;
  const known = view.decisions.find((d) => d.decisionId === decision.decisionId);
  // Release 0.2 did not note who decided.
  if (known !== undefined && (known.byPerson ?? false) === (decision.byPerson ?? false)) return view;
  const decisions = [...view.decisions.filter((d) => d !== known), { ...known, ...decision }].toSorted((a, b) =>
    a.decisionId < b.decisionId ? -1 : 1,
  );
  return { ...view, decisions };
}

function withFirstReport(view: CaseView, { firstReport: { time, revision } }: CaseFacts): CaseView {
  if (revision <= (view.reportedRevision ?? 0)) return view;
  return { ...view, reportedTime: time, reportedRevision: revision, awaitedReportIds: [] };
}

function withNewest(view: CaseView, { told }: CaseFacts): CaseView {
  const next = told && withTold(view.told, told);
  return next === undefined || next === view.told ? view : { ...view, told: next };
}

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
  const { reportedTime, reportedRevision = 0, decisions, told } = view;
  const decision = decisions.find((d) => d.decisionId === decisionId);
  return {
    reportedTime,
    reportedRevision,
    decidedTime: decision?.decidedTime,
    ...(decision?.byPerson && { byPerson: true }),
    ...(decision?.embedded && { ofPage: true }),
    ...(told?.holds && { holdsVersion: told.version, holds: told.holds }),
  };
}
