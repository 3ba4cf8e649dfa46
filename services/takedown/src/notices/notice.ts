import type { Environment, Sealed } from "@ntd/proto/common/v1/common";
import type { Action, Answer, NoticeKind, NoticeState } from "@ntd/proto/takedown/v1/notice";
import type { AnsweredRequest } from "@ntd/rpc";
import type { Sending } from "../abroad/sending.ts";
import type { Told } from "../dispatches/target-view.ts";
import { isAccepted, isRefused, isRejected, type Rejection } from "../answers/rejection.ts";
import { isProtecting, isUnacknowledged, needsRevision, takenTime, wantedAction, type Revision } from "./revision.ts";
import type { AskedLook } from "./sighting.ts";
import { openSuspension, type Ending, type Suspension } from "./suspension.ts";
import type { Undeliverable } from "./undeliverable.ts";
import { isRestoring, type Withdrawal } from "./withdrawal.ts";

/** A notice is its dated facts; its state is computed from them. */
export interface Notice {
  schemaVersion: 1;
  noticeId: string;
  dispatchId: string;
  caseId: string;
  decisionId: string;
  providerId: string;
  environment: Environment;
  kind: NoticeKind;
  /** What it asks for; its newest revision may say something else meanwhile. */
  action: Action;
  /** The newest one; those after the first are in `revisions`. */
  revision: number;
  /** Oldest first. Absent: there is the first alone. */
  revisions?: Revision[];
  /** A machine decided, and no person has decided the same. Absent: a person did, or release 0.2 did not note who. */
  automatic?: true;
  targets: NoticeTarget[];
  complyWithinMs: number;
  /** How long what is removed is to be kept for police and courts. Absent: that was not asked. */
  preserveForMs?: number;
  issuedTime: Date;
  offeredTime?: Date;
  /** When a revision that asks to take down was first acknowledged. */
  acknowledgedTime?: Date;
  answeredTime?: Date;
  verifiedGoneTime?: Date;
  closedTime?: Date;
  /** Every acknowledgement, one to an older revision too. */
  acknowledgements: { revision: number; receivedTime: Date }[];
  /** The dispatch was told that it is not hosted here. */
  ledBack: boolean;
  /** It could not be opened when it was to leave. */
  undeliverable?: Undeliverable;
  /** Not sent, and not to be sent while its decision is in doubt. */
  suspended?: true;
  /** Not to be sent, nor asked anew, while police hold its case. */
  held?: true;
  /** While its decision was in doubt after it was sent: oldest first; the last one may last. */
  suspensions?: Suspension[];
  withdrawn?: Withdrawal;
  /** Withdrawn, and everything that had gone was seen again. */
  restoredTime?: Date;
  /** It waits for a fresh sighting. */
  askedLook?: AskedLook;
  /** Oldest first; the last one may wait for an operator. Absent in what release 0.2 wrote. */
  rejections?: Rejection[];
  /** It goes to the hotline of another country, by records. Absent: to a provider's client. */
  route?: "ROUTE_HOTLINE";
  country?: string;
  /** A record of it is on its way. */
  sending?: Sending;
  /** Place of the last answer of its hotline that was taken. */
  answersUpTo?: string;
  /** Of the newest revision. */
  signed: { payload: Sealed; signature: string; traceparent: string };
  requests: AnsweredRequest<{ receivedTime: Date; state: NoticeState }>[];
}

export interface NoticeTarget {
  targetId: string;
  episode: number;
  address: Sealed;
  answers: Answer[];
  lastSeenTime?: Date;
  goneTime?: Date;
  goneBeforeOffer: boolean;
  /** Seen there again after the notice was withdrawn. */
  restoredTime?: Date;
  /** Absent in what release 0.2 wrote. */
  told?: Told;
  /** Last version of the target that was taken in. */
  version: number;
}

export function stateOf(notice: Notice): NoticeState {
  if (notice.restoredTime !== undefined) return "NOTICE_STATE_RESTORED";
  if (notice.withdrawn !== undefined || isAccepted(notice)) return "NOTICE_STATE_WITHDRAWN";
  if (notice.closedTime !== undefined) return "NOTICE_STATE_CLOSED";
  if (openSuspension(notice) !== undefined) return "NOTICE_STATE_SUSPENDED";
  if (notice.verifiedGoneTime !== undefined) return "NOTICE_STATE_VERIFIED_GONE";
  if (isRejected(notice)) return "NOTICE_STATE_REJECTED";
  if (notice.answeredTime !== undefined) return "NOTICE_STATE_ANSWERED";
  if (notice.acknowledgedTime !== undefined) return "NOTICE_STATE_ACKNOWLEDGED";
  if (notice.undeliverable !== undefined) return "NOTICE_STATE_UNDELIVERABLE";
  return "NOTICE_STATE_ISSUED";
}

/**
 * Nothing but the brake speaks against sending it: open, not yet sent to anybody, not in doubt and not held; or what it
 * asks for is to be asked once more, in a new revision.
 */
export function isUnoffered(notice: Notice): boolean {
  return !notice.held && wouldLeave(notice) && notice.askedLook === undefined;
}

/** But for a hold it could be sent, or asked anew, or have its sighting. */
export function waitsForPolice(notice: Notice): boolean {
  return notice.held === true && wouldLeave(notice);
}

function wouldLeave(notice: Notice): boolean {
  if (notice.offeredTime === undefined) return isUnsent(notice);
  return isTelling(notice) && needsRevision(notice) && !isProtecting(wantedAction(notice));
}

/** Open, not yet sent to anybody, and waiting for an eye to see what the machine decided on. */
export function waitsForSighting(notice: Notice): boolean {
  return !notice.held && isUnsent(notice) && notice.askedLook !== undefined;
}

function isUnsent(notice: Notice): boolean {
  return notice.offeredTime === undefined && !notice.suspended && stateOf(notice) === "NOTICE_STATE_ISSUED";
}

/** Sent or not, what it asks for is still to be done. */
export function isOpen({ closedTime, verifiedGoneTime, withdrawn }: Notice): boolean {
  return closedTime === undefined && verifiedGoneTime === undefined && withdrawn === undefined;
}

/** Sent, still asked for, and neither taken nor refused: sent again after a reconnect. */
export function isInFlight(notice: Notice): boolean {
  return isTelling(notice) && !needsRevision(notice) && !isProtecting(wantedAction(notice));
}

/** To be told to wait or to restore, for the first time or until it is taken. */
export function isUrgent(notice: Notice): boolean {
  return isTelling(notice) && isProtecting(wantedAction(notice));
}

/** When it is tried again to open what cannot be opened. */
export function retryTime(notice: Notice): Date | undefined {
  const { undeliverable, ...rest } = notice;
  if (undeliverable === undefined) return undefined;
  return isTelling(rest) || isUnsent(rest) ? undeliverable.retryTime : undefined;
}

// Sent before, it can be opened, and there is something that the provider has not taken.
function isTelling(notice: Notice): boolean {
  if (notice.offeredTime === undefined || notice.undeliverable !== undefined || isRefused(notice)) return false;
  if (!isUnacknowledged(notice)) return false;
  if (notice.withdrawn !== undefined) return isRestoring(notice);
  return notice.verifiedGoneTime === undefined && notice.closedTime === undefined;
}

/**
 * Called gone before it was asked for: before the notice of a person's decision left, or before whoever was told to wait
 * is asked again.
 */
export function isGoneWhenAsked({ automatic, offeredTime, suspensions = [], targets }: Notice): boolean {
  const waited = suspensions.findLast((s) => s.revision > 0)?.ended?.time;
  const asked = waited ?? (automatic ? undefined : offeredTime);
  return asked !== undefined && targets.every(({ goneTime }) => goneTime !== undefined && goneTime <= asked);
}

/** That, and its provider has taken it: nothing is left to wait for. */
export function isGoneAndTaken(notice: Notice): boolean {
  const { verifiedGoneTime, closedTime } = notice;
  if (verifiedGoneTime !== undefined || closedTime !== undefined || openSuspension(notice)) return false;
  return !isOnItsWay(notice) && isGoneWhenAsked(notice);
}

/** That, and its provider has not: that it takes it is all there is to wait for. */
export function isOnItsWay(notice: Notice): boolean {
  return isGoneWhenAsked(notice) && isUnacknowledged(notice);
}

const ENDINGS: Partial<Record<Ending, string>> = {
  SUSPENSION_END_REINSTATED: "reinstated",
  SUSPENSION_END_LAPSED: "lapsed",
};

/** What an event that turns `before` into `after` is called. */
export function verbOf(before: Notice | undefined, after: Notice): string {
  if (before === undefined) return "issued";
  const state = stateOf(after);
  const ending = openSuspension(before) && after.suspensions?.[(before.suspensions?.length ?? 0) - 1]?.ended?.ending;
  if (ending !== undefined && ENDINGS[ending] !== undefined) return ENDINGS[ending];
  if (stateOf(before) !== state) {
    return state === "NOTICE_STATE_ISSUED" ? "reopened" : state.replace("NOTICE_STATE_", "").toLowerCase();
  }
  if (before.offeredTime === undefined && after.offeredTime !== undefined) return "offered";
  if (before.revision < after.revision) return "offered";
  if (before.withdrawn?.withheld !== after.withdrawn?.withheld) return "withdrawn";
  if (waitsForPolice(before) !== waitsForPolice(after)) return waitsForPolice(after) ? "held" : "released";
  if (askedAt(before) < askedAt(after)) return "look_asked";
  if (answerCount(before) < answerCount(after)) return "answered";
  if (takenTime(before) === undefined && takenTime(after) !== undefined) return "acknowledged";
  return "observed";
}

function askedAt({ askedLook }: Notice): number {
  return askedLook?.askedTime.getTime() ?? 0;
}

function answerCount(notice: Notice): number {
  return notice.targets.reduce((sum, target) => sum + target.answers.length, 0);
}
