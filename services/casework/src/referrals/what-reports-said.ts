import type { ReferredWords } from "@ntd/proto/casework/v1/referral_service";
import type { Deps } from "../deps.ts";

/** Nobody who reads a referral waits for intake longer than this. */
const PATIENCE_MS = 3000;

/**
 * What the reports said that police may know: intake opens it, and records who reads it. Without its answer the rest is
 * given all the same, and says so. Undefined where police may know of no report.
 */
export async function whatReportsSaid(
  { reporters, log }: Pick<Deps, "reporters" | "log">,
  { reportIds, reader, caseId, targetId }: { reportIds: string[]; reader: string; caseId: string; targetId: string },
): Promise<ReferredWords | undefined> {
  if (reportIds.length === 0) return undefined;
  if (reporters === undefined) return { reports: [], unanswered: true };
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const { reports } = await reporters.describeReports({ reportIds, reader, caseId, targetId }, { signal });
    return { reports, unanswered: false };
  } catch (err) {
    log.warn({ err, caseId }, "a referral lacks what its reports said");
    return { reports: [], unanswered: true };
  }
}
