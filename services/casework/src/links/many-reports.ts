import { withReports, type CaseFile } from "../cases/case.ts";
import type { ReportFacts } from "../evidence/seen.ts";
import { isSame } from "./report-facts.ts";

/** From so many reports of a case on, what adds to their number alone is told together. */
const MANY = 100;
const TOGETHER_MS = 60_000;

/**
 * The case with what its reports add up to. Where thousands report one address, their number is told once a minute: the
 * first that is not told at once makes it due. What says more than a number (a child in danger, a report of police, one
 * that brings the case back) is told at once, with all that waits.
 */
export function settled(file: CaseFile, facts: ReportFacts, now: Date): CaseFile {
  const { reportsDueTime, ...rest } = file;
  if (isSame(facts, file.reports)) return reportsDueTime === undefined ? file : rest;
  const next = withReports(rest, facts, now);
  if (file.reports.count < MANY || !addsAlone(file, next)) return next;
  if (reportsDueTime === undefined) return { ...file, reportsDueTime: new Date(now.getTime() + TOGETHER_MS) };
  return reportsDueTime <= now ? next : file;
}

function addsAlone(file: CaseFile, next: CaseFile): boolean {
  const [{ reports: before }, { reports: after }] = [file, next];
  const isMore =
    after.count >= before.count && (after.newestTime?.getTime() ?? 0) >= (before.newestTime?.getTime() ?? 0);
  const { count, ids, newestTime } = before;
  return isMore && next.progress === file.progress && isSame({ ...after, count, ids, newestTime }, before);
}
