import { nouns } from "@ntd/bus";
import type { Case, Hold } from "@ntd/proto/casework/v1/case";
import { unobservedCase, type TestBed } from "@ntd/testing";

/** Publishes a case of a target, with these holds. */
export async function publishCase(
  bed: TestBed,
  targetId: string,
  version: number,
  holds?: Hold[],
  changes: Partial<Case> = {},
): Promise<void> {
  const data: Case = {
    caseId: `case of ${targetId}`,
    targetId,
    episode: 1,
    state: "CASE_STATE_QUEUED",
    priority: "PRIORITY_NORMAL",
    queueReason: "QUEUE_REASON_NO_HIT",
    address: undefined,
    resolvedIp: "",
    targetState: "TARGET_STATE_PRESENT",
    targetReason: "PROBE_REASON_UNSPECIFIED",
    hits: [],
    evidenceRevision: 1,
    decision: undefined,
    reportCount: 1,
    reportIds: [],
    openedTime: new Date(),
    fingerprints: [],
    firstReportTime: undefined,
    firstReportRevision: 0,
    ...unobservedCase,
    ...(holds && { holds: { holds, earlier: undefined } }),
    ...changes,
  };
  await bed.publish(nouns.case, "updated", data.caseId, version, data);
}
