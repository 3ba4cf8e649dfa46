import type { Report } from "@ntd/proto/intake/v1/report";
import type { StoredReport } from "../store.ts";

/** The published state of a report. */
export function toReport(reportId: string, report: StoredReport): Report {
  return {
    reportId,
    channel: report.channel,
    receivedTime: report.receivedTime,
    targets: report.targets.map((target) => ({ ...target, observedTime: target.observedTime })),
    threat: report.threat,
    description: report.description,
    language: report.language,
  };
}
