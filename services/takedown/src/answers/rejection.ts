import type { Sealed } from "@ntd/proto/common/v1/common";
import type { RejectionReason, RejectionResolution } from "@ntd/proto/takedown/v1/notice";
import type { FieldFault } from "@ntd/service";
import type { Received } from "./answer.ts";
import { isWord, revisionFault, WORD } from "./faults.ts";
import type { Notice } from "../notices/notice.ts";
import { isProtecting, revisionToTell, takenTime, wantedAction } from "../notices/revision.ts";
import { isRestoring } from "../notices/withdrawal.ts";

/** A provider does not take a revision. */
export interface Rejection {
  revision: number;
  reason: RejectionReason;
  /** The client's own word for it. */
  detail: string;
  receivedTime: Date;
  /** What an operator decided. Absent: nobody has yet. */
  resolved?: { is: Resolution; by: string; time: Date; why: Sealed };
}

export type Resolution = Exclude<RejectionResolution, "REJECTION_RESOLUTION_UNSPECIFIED" | "UNRECOGNIZED">;

/** Rejections of one notice beyond this are refused: a document has an end. */
const MAX_REJECTIONS = 100;

/** The provider does not take what it is asked for, and an operator has not decided about that. */
export function isRejected(notice: Notice): boolean {
  return isRefused(notice) && !isProtecting(wantedAction(notice));
}

/** The provider does not take its newest revision, and an operator has not decided about that. A new one is asked anew. */
export function isRefused(notice: Notice): boolean {
  const last = notice.rejections?.at(-1);
  return (
    last !== undefined &&
    last.resolved === undefined &&
    last.revision === revisionToTell(notice) &&
    takenTime(notice) === undefined &&
    !isOver(notice)
  );
}

// What was seen to be gone closes in a step of its own: nothing is left for an operator to decide.
function isOver(notice: Notice): boolean {
  if (notice.withdrawn !== undefined) return !isRestoring(notice);
  return notice.verifiedGoneTime !== undefined || notice.closedTime !== undefined;
}

/** An operator accepted that its provider does not take it. */
export function isAccepted({ rejections = [] }: Notice): boolean {
  return rejections.some((r) => r.resolved?.is === "REJECTION_RESOLUTION_ACCEPTED");
}

/**
 * "Not taken": frees the provider's window and waits for an operator; it stops no clock. One to an older revision, to a
 * notice that is rejected already or to one that is over changes nothing; what was acknowledged cannot be rejected.
 */
export function reject(
  notice: Notice,
  { revision, reason, detail }: Pick<Rejection, "revision" | "reason" | "detail">,
  now: Date,
): Received | { acknowledged: true } {
  const faults = rejectionFaults(notice, { revision, reason, detail });
  if (faults.length > 0) return { refused: faults };
  const rejections = notice.rejections ?? [];
  if (revision < notice.revision || isOver(notice) || isRefused(notice)) return { notice };
  if (takenTime(notice) !== undefined) return { acknowledged: true };
  if (rejections.length >= MAX_REJECTIONS) return { tooMany: true };
  return { notice: { ...notice, rejections: [...rejections, { revision, reason, detail, receivedTime: now }] } };
}

/**
 * An operator accepts it, and the notice is over; or offers it again. Undefined when there is nothing to decide: it is not
 * refused, or it only asks to wait or to restore and there is nothing to accept.
 */
export function resolve(notice: Notice, resolved: NonNullable<Rejection["resolved"]>): Notice | undefined {
  const { rejections = [] } = notice;
  const last = rejections.at(-1);
  if (last === undefined || !isRefused(notice)) return undefined;
  if (resolved.is === "REJECTION_RESOLUTION_ACCEPTED" && !isRejected(notice)) return undefined;
  const next = { ...notice, rejections: rejections.with(-1, { ...last, resolved }) };
  return resolved.is === "REJECTION_RESOLUTION_ACCEPTED" ? { ...next, closedTime: resolved.time } : next;
}

/** All that is wrong with the words of a rejection. */
export function rejectionFaults(
  notice: Notice,
  { revision, reason, detail }: Pick<Rejection, "revision" | "reason" | "detail">,
): FieldFault[] {
  const strange = revisionFault(notice, revision);
  const isUnset = reason === "REJECTION_REASON_UNSPECIFIED" || reason === "UNRECOGNIZED";
  return [
    ...(strange === undefined ? [] : [strange]),
    ...(isUnset ? [{ field: "reason", description: "is not set; set one" }] : []),
    ...(isWord(detail) ? [] : [{ field: "detail", description: `is no word: ${WORD}` }]),
  ];
}
