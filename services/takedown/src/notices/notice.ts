import type { Environment, Sealed } from "@ntd/proto/common/v1/common";
import type { Action, Answer, NoticeKind, NoticeState } from "@ntd/proto/takedown/v1/notice";
import type { AnsweredRequest } from "@ntd/rpc";
import type { Told } from "../dispatches/target-view.ts";
import { isRejected, isWithdrawn, type Rejection } from "./rejection.ts";
import type { AskedLook } from "./sighting.ts";
import type { Undeliverable } from "./undeliverable.ts";

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
  action: Action;
  revision: number;
  /** A machine decided, and no person has decided the same. Absent: a person did, or release 0.2 did not note who. */
  automatic?: true;
  targets: NoticeTarget[];
  complyWithinMs: number;
  issuedTime: Date;
  offeredTime?: Date;
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
  /** Its decision is not in force while a person looks at the case once more; not sent meanwhile. */
  suspended?: true;
  /** It waits for a fresh sighting. */
  askedLook?: AskedLook;
  /** Oldest first; the last one may wait for an operator. Absent in what release 0.2 wrote. */
  rejections?: Rejection[];
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
  /** Absent in what release 0.2 wrote. */
  told?: Told;
  /** Last version of the target that was taken in. */
  version: number;
}

export function stateOf(notice: Notice): NoticeState {
  if (isWithdrawn(notice)) return "NOTICE_STATE_WITHDRAWN";
  if (notice.closedTime !== undefined) return "NOTICE_STATE_CLOSED";
  if (notice.verifiedGoneTime !== undefined) return "NOTICE_STATE_VERIFIED_GONE";
  if (notice.answeredTime !== undefined) return "NOTICE_STATE_ANSWERED";
  if (notice.acknowledgedTime !== undefined) return "NOTICE_STATE_ACKNOWLEDGED";
  if (isRejected(notice)) return "NOTICE_STATE_REJECTED";
  if (notice.undeliverable !== undefined) return "NOTICE_STATE_UNDELIVERABLE";
  return "NOTICE_STATE_ISSUED";
}

/** Open, not yet sent to anybody, not suspended, and nothing but the brake speaks against sending it. */
export function isUnoffered(notice: Notice): boolean {
  return isUnsent(notice) && notice.askedLook === undefined;
}

/** Open, not yet sent to anybody, and waiting for an eye to see what the machine decided on. */
export function waitsForSighting(notice: Notice): boolean {
  return isUnsent(notice) && notice.askedLook !== undefined;
}

function isUnsent(notice: Notice): boolean {
  return notice.offeredTime === undefined && !notice.suspended && stateOf(notice) === "NOTICE_STATE_ISSUED";
}

/** Open, sent, and neither taken nor refused: sent again after a reconnect. */
export function isInFlight(notice: Notice): boolean {
  return notice.offeredTime !== undefined && stateOf(notice) === "NOTICE_STATE_ISSUED";
}

/** Called gone, by an eye, before the notice of a person's decision left. */
export function isGoneWhenSent({ automatic, offeredTime, targets }: Notice): boolean {
  if (automatic || offeredTime === undefined) return false;
  return targets.every(({ goneTime }) => goneTime !== undefined && goneTime <= offeredTime);
}

/** That, and its provider has taken it: nothing is left to wait for. */
export function isGoneAndTaken(notice: Notice): boolean {
  const { verifiedGoneTime, closedTime, acknowledgedTime } = notice;
  if (verifiedGoneTime !== undefined || closedTime !== undefined) return false;
  return acknowledgedTime !== undefined && isGoneWhenSent(notice);
}

/** What an event that turns `before` into `after` is called. */
export function verbOf(before: Notice | undefined, after: Notice): string {
  if (before === undefined) return "issued";
  const state = stateOf(after);
  if (stateOf(before) !== state) {
    return state === "NOTICE_STATE_ISSUED" ? "reopened" : state.replace("NOTICE_STATE_", "").toLowerCase();
  }
  if (before.offeredTime === undefined && after.offeredTime !== undefined) return "offered";
  if (askedAt(before) < askedAt(after)) return "look_asked";
  if (answerCount(before) < answerCount(after)) return "answered";
  if (before.acknowledgedTime === undefined && after.acknowledgedTime !== undefined) return "acknowledged";
  return "observed";
}

function askedAt({ askedLook }: Notice): number {
  return askedLook?.askedTime.getTime() ?? 0;
}

function answerCount(notice: Notice): number {
  return notice.targets.reduce((sum, target) => sum + target.answers.length, 0);
}
