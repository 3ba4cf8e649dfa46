import type { ReferredWords } from "@ntd/proto/casework/v1/referral_service";
import type { Deps } from "../deps.ts";

/** Nobody who reads of a case waits for another service longer than this. */
export const PATIENCE_MS = 3000;

/**
 * What reports said: intake opens it, and records who reads it. Without its answer the rest is given all the same, and says
 * so. Undefined where the reader may know of no report.
 */
export async function whatReportsSaid(
  { reporters, log }: Pick<Deps, "reporters" | "log">,
  { reportIds, reader, caseId, targetId }: { reportIds: string[]; reader: string; caseId: string; targetId: string },
  signal: AbortSignal = new AbortController().signal,
): Promise<ReferredWords | undefined> {
  if (reportIds.length === 0) return undefined;
  if (reporters === undefined) return { reports: [], unanswered: true };
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const asked = { reportIds, reader, caseId, targetId };
    const { reports } = await reporters.describeReports(asked, { signal: within });
    return { reports, unanswered: false };
  } catch (err) {
    log.warn({ err, caseId }, "what reports said is not known now");
    return { reports: [], unanswered: true };
  }
}
