import { ReportStatus, type GetReportRequest, type GetReportResponse } from "@ntd/proto/intake/v1/report_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem, shown } from "@ntd/service";
import { sentenceFor } from "../answers/sentences.ts";
import { isWaiting } from "../bundles/bundle.ts";
import { leastAdvanced, statusOf, type Status } from "./status.ts";
import type { Deps } from "../deps.ts";

/** The status of a report of the caller's own; another's is not found. */
export function getReport({ reports, targetStatus, sentences }: Pick<Deps, "reports" | "targetStatus" | "sentences">) {
  return async (request: GetReportRequest, context: CallContext): Promise<GetReportResponse> => {
    const id = reportId(request.name);
    const report = (await reports.load(id))?.state;
    if (report === undefined || report.submitter !== callerOf(context).id) throw new Problem("NOT_FOUND");
    const { receivedTime, targets, wordsTargetId, language } = report;
    // Words alone have no target of which anything is told, but a case.
    const ids = wordsTargetId === undefined ? targets.map(({ targetId }) => targetId) : [wordsTargetId];
    const known = await Promise.all(ids.map(async (id) => (await targetStatus.load(id))?.state));
    const statuses = known.map((one) => statusOf(receivedTime, one));
    const status = leastAdvanced(statuses);
    const decided = known.map((one) => one?.case?.sentence);
    return {
      name: request.name,
      receivedTime,
      status: outward[status],
      targetStatuses: wordsTargetId === undefined ? statuses.map((one) => outward[one]) : [],
      ...(isWaiting(report) && { isWaiting: true }),
      sentence: sentenceFor(sentences.value, language, status, decided),
    };
  };
}

function reportId(name: string): string {
  const id = /^reports\/([0-9a-f-]{36})$/.exec(name)?.[1];
  if (id !== undefined) return id;
  throw Problem.fields({ field: "name", description: `${shown(name)} is no report; write reports/{report id}` });
}

const outward: Record<Status, ReportStatus> = {
  RECEIVED: ReportStatus.RECEIVED,
  BEING_HANDLED: ReportStatus.BEING_HANDLED,
  CLOSED: ReportStatus.CLOSED,
};
