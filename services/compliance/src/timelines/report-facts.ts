import type { DataOf } from "@ntd/bus";
import { known } from "./facts.ts";
import type { ReportSaid } from "../cohorts/reports.ts";

/** What a report's event says of itself, and never whose it is. */
export function reportSaid(report: DataOf<"report">): ReportSaid {
  const { channel, threat, happeningToMe, selfMade, lifeAtRisk, isTrusted, consentsToPolice, wordsTargetId } = report;
  return {
    channel: known("channel", channel),
    threatType: known("threat.type", threat?.type ?? "THREAT_TYPE_UNSPECIFIED"),
    threatNature: known("threat.nature", threat?.nature ?? "THREAT_NATURE_UNSPECIFIED"),
    ...((happeningToMe || selfMade) && { victim: true as const }),
    ...(wordsTargetId !== undefined && wordsTargetId !== "" && { textOnly: true as const }),
    ...(lifeAtRisk && { lifeAtRisk: true as const }),
    ...(isTrusted && { trusted: true as const }),
    ...(consentsToPolice && { consentsToPolice: true as const }),
  };
}
