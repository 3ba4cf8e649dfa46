import { isAbsentFromTheFirst, isGone, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { isWaiting, type CaseFile } from "../cases/case.ts";
import type { FrozenList } from "../frozen-list.ts";
import { laneOf } from "../queue/lane.ts";

/** An assessor's closing of what was absent from the first: in bulk, without opening any of it. */
export type Closing = FrozenList<OpenClosing, ClosedCounts>;

export interface OpenClosing {
  requestId: string;
  digest: string;
  caseIds: string[];
  /** When all of them are decided, also those that a repeat after a crash decides. */
  decidedTime: Date;
}

export interface ClosedCounts {
  closedCount: number;
  leftCount: number;
}

const IN_BULK = "absent at every look";

/** Whether it was made for many cases at once, which nobody opened. */
export function isInBulk({ basis }: Pick<Decision, "basis">): boolean {
  return basis === IN_BULK;
}

/** Waits because the first look found nothing, claimed or not. */
export function waitsAsAbsent({ progress }: CaseFile): boolean {
  return isWaiting(progress) && progress.reason === "QUEUE_REASON_ABSENT";
}

/**
 * What may be closed in bulk, oldest first: nobody holds it, every look found nothing, and they are over. What is in an
 * earlier lane is left for a person. Undefined for all else.
 */
export function absentOrder(file: CaseFile): string | undefined {
  const { progress, target } = file;
  const isLeft = laneOf(file) !== "LANE_ABSENT" || !waitsAsAbsent(file);
  if (progress.kind !== "queued" || isLeft || target === undefined) return undefined;
  return isGone(target) && isAbsentFromTheFirst(target) ? progress.queuedTime.toISOString() : undefined;
}

/** The case closed as absent; undefined when it may not be closed in bulk (any more). */
export function closedAsAbsent(
  file: CaseFile,
  { decisionId, decidedBy, decidedTime }: Pick<Decision, "decisionId" | "decidedBy" | "decidedTime">,
): CaseFile | undefined {
  if (absentOrder(file) === undefined) return undefined;
  const decision: Decision = {
    decisionId,
    verdict: "VERDICT_OUT_OF_SCOPE",
    decidedBy,
    decidedTime,
    classifications: [],
    basis: IN_BULK,
    reason: undefined,
    despiteGone: false,
    ...WITHDRAWS_NOTHING,
  };
  return { ...file, progress: { kind: "decided" }, decisions: [...file.decisions, decision] };
}
