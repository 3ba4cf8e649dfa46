import type { Marks } from "../dispatches/material.ts";
import { saysTheSame, type TargetView } from "../dispatches/target-view.ts";
import { isInFlight, isOnItsWay, isUnoffered, isUrgent, type Notice, type NoticeTarget } from "./notice.ts";
import { isAccepted } from "../answers/rejection.ts";
import { isProtecting, needsRevision, wantedAction, withRevision, type Prepared } from "./revision.ts";
import { askForLook, isFresh } from "./sighting.ts";
import { doubted, openSuspension, type Doubted } from "./suspension.ts";
import { undeliverable } from "./undeliverable.ts";
import { awaitsRestoration, restored, withdrawn, withheld } from "./withdrawal.ts";

/** What stands beside a notice when it is decided whether it may leave. */
export interface Around extends Doubted {
  /** It is in doubt: what was not sent does not leave meanwhile. */
  suspended: boolean;
  /** Police ask that nobody be told meanwhile: nothing is sent, nor asked anew. Who is to wait or to restore is told. */
  held: boolean;
  /** The decision that withdrew it, by two persons' words. */
  withdrawnBy: string | undefined;
  /** Another decision that may stand asks the same provider to keep the same address down. */
  isWithheld: boolean;
  /** What a machine decided on; undefined once a person has decided the same, or when one did from the beginning. */
  automatic: Marks | undefined;
  /** How old a sighting may be for a machine's decision to leave on it. */
  freshMs: number;
  /** The target in the notice's own episode. */
  target: TargetView | undefined;
}

/**
 * One step towards what was seen and decided: takes in the target, closes a notice that need not or must not leave,
 * suspends, reinstates or withdraws what was sent, says verified gone, and closes in a step of its own. The same notice
 * when there is nothing to do. What a person decided leaves whatever an eye says.
 */
export function settle(notice: Notice, around: Around, now: Date): Notice {
  if (notice.offeredTime === undefined) return settleUnsent(notice, around, now);
  const withdrawnBy = notice.withdrawn?.decisionId ?? around.withdrawnBy;
  if (withdrawnBy !== undefined && !isAccepted(notice)) return settleWithdrawn(notice, withdrawnBy, around, now);
  if (notice.closedTime !== undefined) return notice;
  const seen = withTarget(confirmed(held(notice, around), around), around.target);
  if (seen.verifiedGoneTime !== undefined) return { ...seen, closedTime: now };
  // Who waits goes on waiting while police hold it, so that no clock runs of what nobody may be asked for.
  const next = seen.held && around.doubt === undefined ? seen : doubted(seen, around, now);
  if (next !== seen || openSuspension(next) !== undefined) return next;
  return isGone(seen) && !isOnItsWay(seen) ? { ...seen, verifiedGoneTime: now } : seen;
}

function settleUnsent(notice: Notice, around: Around, now: Date): Notice {
  if (notice.closedTime !== undefined) return notice;
  const seen = withTarget(confirmed(notice, around), around.target);
  if (!around.stands || (seen.automatic && isGone(seen))) return { ...seen, closedTime: now };
  return suspended(sighted(held(seen, around), around, now), around);
}

function settleWithdrawn(notice: Notice, decisionId: string, around: Around, now: Date): Notice {
  const asked = withheld(withdrawn(notice, decisionId, now), around.isWithheld);
  return asked !== notice || !awaitsRestoration(notice) ? asked : restored(withTarget(notice, around.target));
}

/** What is found out when a notice is to leave. */
export interface Leaving extends Around {
  halted: boolean;
  /** Why it cannot be opened and put in its envelope, if it cannot. */
  fault: string | undefined;
  /** Its next revision, if it is to have one and who it is sent to understands it. */
  prepared?: Prepared | undefined;
}

/**
 * As `settle`, and stamps the notice as offered when it can be sent and nothing speaks against it, or gives it the
 * revision that is to be told. What a machine decided leaves on a fresh sighting alone; without one a look is asked for.
 */
export function offer(notice: Notice, { halted, fault, prepared, ...around }: Leaving, now: Date): Notice {
  const settled = settle(notice, around, now);
  if (!isUnoffered(settled) && !isInFlight(settled) && !isUrgent(settled)) return settled;
  if (fault !== undefined) return undeliverable(settled, fault, now);
  if (needsRevision(settled)) {
    const waits = halted && !isProtecting(wantedAction(settled));
    return waits || prepared === undefined ? settled : withRevision(settled, prepared, now);
  }
  if (halted || settled.offeredTime !== undefined) return settled;
  if (settled.automatic && !isFresh(around, now)) return askForLook(settled, now);
  return { ...settled, offeredTime: now };
}

/** The notice after what was seen of its target; the same notice when that is nothing new. */
export function withTarget(notice: Notice, view: TargetView | undefined): Notice {
  if (view === undefined) return notice;
  const isNews = (t: NoticeTarget) =>
    t.targetId === view.targetId &&
    t.episode === view.episode &&
    t.version < view.version &&
    (tellsNew(t, view) || restoredTime(t, view, notice) !== undefined);
  if (!notice.targets.some(isNews)) return notice;
  return { ...notice, targets: notice.targets.map((t) => (isNews(t) ? observed(t, view, notice) : t)) };
}

// Views grow: an older one than this, should it come late, can tell nothing new either.
function tellsNew(target: NoticeTarget, { lastSeenTime, goneTime, told }: TargetView): boolean {
  const seen = lastSeenTime !== undefined && lastSeenTime.getTime() !== target.lastSeenTime?.getTime();
  return seen || (goneTime !== undefined && target.goneTime === undefined) || !saysTheSame(told, target.told);
}

/** How far this service's clock and the prober's may be apart. */
const APART_MS = 10_000;

// What came back before the notice was withdrawn was not restored by it.
function restoredTime(target: NoticeTarget, view: TargetView, { withdrawn: by }: Notice): Date | undefined {
  if (target.restoredTime !== undefined || by === undefined || view.restoredTime === undefined) return undefined;
  return view.restoredTime.getTime() >= by.time.getTime() - APART_MS ? view.restoredTime : undefined;
}

function observed(target: NoticeTarget, view: TargetView, notice: Notice): NoticeTarget {
  const { automatic, offeredTime } = notice;
  const next = { ...target, version: view.version };
  const backTime = restoredTime(target, view, notice);
  if (backTime !== undefined) next.restoredTime = backTime;
  if (view.told !== undefined) next.told = view.told;
  if (view.lastSeenTime !== undefined) next.lastSeenTime = view.lastSeenTime;
  if (view.goneTime === undefined || target.goneTime !== undefined) return next;
  // Release 0.2 may have called silence gone: what has not left waits for a word that says why.
  if (view.told === undefined && offeredTime === undefined) return next;
  const absent = view.told?.goneStrength === "GONE_STRENGTH_ABSENT";
  return { ...next, goneTime: view.goneTime, goneBeforeOffer: offeredTime === undefined && !!automatic && absent };
}

function isGone({ targets }: Notice): boolean {
  return targets.every((t) => t.goneTime !== undefined);
}

// Never taken back: a machine's decision that a person made too is the person's.
function confirmed(notice: Notice, { automatic }: Around): Notice {
  if (!notice.automatic || automatic !== undefined) return notice;
  const { automatic: _, ...rest } = notice;
  return rest;
}

function suspended(notice: Notice, around: Around): Notice {
  if ((notice.suspended ?? false) === around.suspended) return notice;
  const { suspended: _, ...rest } = notice;
  return around.suspended ? { ...rest, suspended: true } : rest;
}

// Looks were stopped too, maybe: what waited for one before asks anew once the hold is over.
function held(notice: Notice, around: Around): Notice {
  if ((notice.held ?? false) === around.held) return notice;
  if (around.held) return { ...notice, held: true };
  const { held: _, askedLook: __, ...rest } = notice;
  return rest;
}

// What waits for a sighting is to be offered once there is one, or once it needs none.
function sighted(notice: Notice, around: Around, now: Date): Notice {
  if (notice.askedLook === undefined || (notice.automatic && !isFresh(around, now))) return notice;
  const { askedLook: _, ...rest } = notice;
  return rest;
}
