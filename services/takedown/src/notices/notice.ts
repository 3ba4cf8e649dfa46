import type { Environment, Sealed } from "@ntd/proto/common/v1/common";
import type { Action, Answer, NoticeKind, NoticeState } from "@ntd/proto/takedown/v1/notice";
import type { AnsweredRequest } from "@ntd/rpc";
import type { TargetView } from "../dispatches/target-view.ts";
import { isRejected, isWithdrawn, type Rejection } from "./rejection.ts";
import { undeliverable, type Undeliverable } from "./undeliverable.ts";

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
  /** Last version of the target that was taken in. */
  version: number;
}

/** What stands beside a notice when it is decided whether it may leave. */
export interface Around {
  /** The decision that caused it is still in force. */
  stands: boolean;
  /** The target in the notice's own episode. */
  target: TargetView | undefined;
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

/** Open, not yet sent to anybody, and nothing but the brake speaks against sending it. */
export function isUnoffered(notice: Notice): boolean {
  return notice.offeredTime === undefined && stateOf(notice) === "NOTICE_STATE_ISSUED";
}

/** Open, sent, and neither taken nor refused: sent again after a reconnect. */
export function isInFlight(notice: Notice): boolean {
  return notice.offeredTime !== undefined && stateOf(notice) === "NOTICE_STATE_ISSUED";
}

/**
 * One step towards what was seen: takes in the target, closes a notice that need not or must not leave, says verified
 * gone, and closes in a step of its own. The same notice when there is nothing to do.
 */
export function settle(notice: Notice, { stands, target }: Around, now: Date): Notice {
  if (notice.closedTime !== undefined) return notice;
  const seen = withTarget(notice, target);
  const gone = seen.targets.every((t) => t.goneTime !== undefined);
  if (seen.offeredTime === undefined) return gone || !stands ? { ...seen, closedTime: now } : seen;
  if (seen.verifiedGoneTime !== undefined) return { ...seen, closedTime: now };
  return gone ? { ...seen, verifiedGoneTime: now } : seen;
}

/** What is found out when a notice is to leave. */
export interface Leaving extends Around {
  halted: boolean;
  /** Why it cannot be opened and put in its envelope, if it cannot. */
  fault: string | undefined;
}

/** As `settle`, and stamps the notice as offered when it can be sent and nothing speaks against it. */
export function offer(notice: Notice, { halted, fault, ...around }: Leaving, now: Date): Notice {
  const settled = settle(notice, around, now);
  if (!isUnoffered(settled) && !isInFlight(settled)) return settled;
  if (fault !== undefined) return undeliverable(settled, fault, now);
  return halted || settled.offeredTime !== undefined ? settled : { ...settled, offeredTime: now };
}

/** What an event that turns `before` into `after` is called. */
export function verbOf(before: Notice | undefined, after: Notice): string {
  if (before === undefined) return "issued";
  const state = stateOf(after);
  if (stateOf(before) !== state) {
    return state === "NOTICE_STATE_ISSUED" ? "reopened" : state.replace("NOTICE_STATE_", "").toLowerCase();
  }
  if (before.offeredTime === undefined && after.offeredTime !== undefined) return "offered";
  if (answerCount(before) < answerCount(after)) return "answered";
  if (before.acknowledgedTime === undefined && after.acknowledgedTime !== undefined) return "acknowledged";
  return "observed";
}

/** The notice after what was seen of its target; the same notice when that is nothing new. */
export function withTarget(notice: Notice, view: TargetView | undefined): Notice {
  if (view === undefined) return notice;
  const isNews = (t: NoticeTarget) =>
    t.targetId === view.targetId && t.episode === view.episode && t.version < view.version && tellsNew(t, view);
  if (!notice.targets.some(isNews)) return notice;
  return { ...notice, targets: notice.targets.map((t) => (isNews(t) ? observed(t, view, notice.offeredTime) : t)) };
}

// Views grow: an older one than this, should it come late, can tell nothing new either.
function tellsNew(target: NoticeTarget, { lastSeenTime, goneTime }: TargetView): boolean {
  const seen = lastSeenTime !== undefined && lastSeenTime.getTime() !== target.lastSeenTime?.getTime();
  return seen || (goneTime !== undefined && target.goneTime === undefined);
}

function observed(target: NoticeTarget, view: TargetView, offeredTime: Date | undefined): NoticeTarget {
  const next = { ...target, version: view.version };
  if (view.lastSeenTime !== undefined) next.lastSeenTime = view.lastSeenTime;
  if (view.goneTime === undefined || target.goneTime !== undefined) return next;
  return { ...next, goneTime: view.goneTime, goneBeforeOffer: offeredTime === undefined };
}

function answerCount(notice: Notice): number {
  return notice.targets.reduce((sum, target) => sum + target.answers.length, 0);
}
