import type { Report } from "@ntd/proto/intake/v1/report";
import { keyedId } from "@ntd/service";
import type { StoredReport } from "../store.ts";

/** The published state of a report. */
export function toReport(reportId: string, report: StoredReport, targetKey: Uint8Array): Report {
  return {
    reportId,
    channel: report.channel,
    receivedTime: report.receivedTime,
    targets: report.targets.map(({ targetId, address, observedTime, mediaType, fingerprints }) => ({
      targetId,
      address,
      observedTime,
      mediaType,
      fingerprints,
    })),
    threat: report.threat,
    description: report.description,
    language: report.language,
    fairnessKey: fairnessKey(report, targetKey),
    ...saidBeside(report),
  };
}

function saidBeside(report: StoredReport): Partial<Report> {
  const { happeningToMe, selfMade, lifeAtRisk, isTrusted, consentsToPolice, wordsTargetId, bundled } = report;
  return {
    ...(isTrusted && { isTrusted }),
    ...(happeningToMe && { happeningToMe }),
    ...(selfMade && { selfMade }),
    ...(lifeAtRisk && { lifeAtRisk }),
    ...(consentsToPolice && { consentsToPolice }),
    ...(wordsTargetId !== undefined && { wordsTargetId }),
    ...(bundled && { isBundled: true }),
  };
}

/** The same for all that a submitter sends by a channel on a day: whose turn it is can be told, and not who it is. */
function fairnessKey({ submitter, channel, receivedTime }: StoredReport, targetKey: Uint8Array): string {
  return keyedId(targetKey, "fairness", submitter, channel, receivedTime.toISOString().slice(0, 10));
}
