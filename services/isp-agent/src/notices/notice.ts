import type { Action } from "@ntd/proto/takedown/v1/notice";
import type { TargetOutcome } from "@ntd/proto/takedown/v1/notice_service";

/** One revision of a notice, exactly as it was signed: the proof outlives the connection. */
export interface Revision {
  revision: number;
  payload: Uint8Array;
  signature: string;
  traceparent: string;
  receivedTime: Date;
  /** What it asks for; absent of what release 0.2 kept. */
  action?: Action;
  /** By when the platform wants it done. */
  deadline?: Date;
}

/**
 * What was done, for every target of the notice. What release 0.2 kept lacks the reasons of an answer to restore, and what
 * became of what is to be kept.
 */
export type Result = Pick<TargetOutcome, "outcome" | "cannotComplyReason"> &
  Partial<Pick<TargetOutcome, "cannotRestoreReason" | "disputeGrounds" | "disputeText" | "preservation">> & {
    measureTime: Date;
  };

export type Progress =
  | { is: "received"; tries: number }
  /** Told to wait: the next revision says what then. */
  | { is: "suspended" }
  | { is: "acknowledged"; attempts: number; failures: number; lastFailure?: string }
  | { is: "handling"; attempts: number; failures: number }
  | { is: "handled"; attempts: number; result: Result; tries: number }
  | { is: "answered"; attempts: number; result: Result; answeredTime: Date }
  /** Written by release 0.2, which had no answer to a request to restore. */
  | { is: "restored"; attempts: number; restoredTime: Date }
  | { is: "needs_person"; attempts: number; lastFailure: string }
  | { is: "refused"; call: Call["is"]; reason: string; attempts: number; result?: Result };

/** What the platform is told, and of which revision. */
export interface Call {
  is: "acknowledge" | "answer";
  revision: number;
}

export interface Notice {
  schemaVersion: 1;
  noticeId: string;
  current: Revision;
  progress: Progress;
  /** A newer revision that waits for the handling of the current one to end. */
  next?: Revision;
  /** No revision of it was given to a handler, or listed for people where there is none: nothing was done here. */
  untouched?: true;
  /** What was carried out: asked for the same again, it is not done twice. */
  done?: { action: Action | undefined; result: Result };
  /** When its next step may be taken; absent while it runs and when there is none. */
  dueAt?: Date;
}

export type Receipt =
  | { is: "taken"; notice: Notice }
  /** It, or a newer one, is on the disk already. */
  | { is: "known" }
  | { is: "refused"; reason: "revision_reused" };

export type Ending = { is: "result"; result: Result } | { is: "failed"; failure: string };

const CALL_BACKOFF_MS = 500;
const CALL_BACKOFF_MAX_MS = 30_000;
const HANDLER_BACKOFF_MS = 1000;
const HANDLER_BACKOFF_MAX_MS = 300_000;
/** A new notice is acknowledged by who received it, a result answered by who handled it; then the loop takes over. */
const AT_HAND_MS = 5000;

/**
 * Takes a verified revision in. A newer one replaces what was not begun and waits for what was. One that was answered comes
 * again from a platform that lost the answer, a restored one: it is answered again. What it signed again under the same
 * number and for the same action says nothing new: the first is kept.
 */
export function receive(known: Notice | undefined, noticeId: string, revision: Revision, now: Date): Receipt {
  if (known === undefined) {
    return { is: "taken", notice: { ...fresh({ noticeId }, revision, now, AT_HAND_MS), untouched: true } };
  }
  const begin = { is: "taken", notice: fresh(known, revision, now, AT_HAND_MS) } as const;
  const { current, progress, next } = known;
  const same = [current, next].find((held) => held?.revision === revision.revision);
  if (same !== undefined && !asksTheSame(same, revision)) return { is: "refused", reason: "revision_reused" };
  const again = same === current ? begunAgain(known, now) : undefined;
  if (again !== undefined) return { is: "taken", notice: again };
  if (revision.revision <= (next ?? current).revision) return { is: "known" };
  const isBegun = progress.is === "handling" || progress.is === "handled";
  return isBegun ? { is: "taken", notice: { ...known, next: revision } } : begin;
}

/** What the platform sends again though it refused its acknowledgement, or had its answer. */
function begunAgain(known: Notice, now: Date): Notice | undefined {
  const { current, progress } = known;
  if (progress.is === "answered") return handled(known, progress.attempts, progress.result, now);
  return progress.is === "refused" && progress.call === "acknowledge"
    ? fresh(known, current, now, AT_HAND_MS)
    : undefined;
}

/** Of what release 0.2 kept only the bytes tell what it asked for. */
function asksTheSame({ action, payload }: Revision, came: Revision): boolean {
  return action === undefined ? Buffer.compare(payload, came.payload) === 0 : action === came.action;
}

/** Stored before the handler is started, so that a crash is known by the attempt it was in. */
export function begun(notice: Notice): Notice {
  if (notice.progress.is !== "acknowledged") return notice;
  const { attempts, failures } = notice.progress;
  return without(touched(notice), { is: "handling", attempts: attempts + 1, failures });
}

/** The handler ended: its result is to be answered, or a failed attempt is repeated later, `maxAttempts` in a row. */
export function ended(notice: Notice, ending: Ending, now: Date, maxAttempts: number): Notice {
  if (notice.progress.is !== "handling") return notice;
  const { attempts } = notice.progress;
  if (ending.is === "result") {
    return handled(withDone(notice, ending.result), attempts, ending.result, now);
  }
  if (notice.next !== undefined) return promoted(notice, now);
  const failures = notice.progress.failures + 1;
  const lastFailure = ending.failure;
  if (failures >= maxAttempts) return without(notice, { is: "needs_person", attempts, lastFailure });
  const dueAt = later(now, HANDLER_BACKOFF_MS, HANDLER_BACKOFF_MAX_MS, failures);
  return { ...notice, progress: { is: "acknowledged", attempts, failures, lastFailure }, dueAt };
}

/** The platform took the call. Without a handler, people may act on what is listed from now on. */
export function taken(notice: Notice, call: Call, now: Date, hasHandler: boolean): Notice {
  const { progress } = notice;
  if (!isOf(notice, call)) return notice;
  if (progress.is === "received") {
    if (notice.current.action === "ACTION_SUSPEND") return without(notice, { is: "suspended" });
    const result = knownResult(notice, now);
    if (result !== undefined) return handled(notice, 0, result, now);
    const pending = hasHandler ? notice : touched(notice);
    return { ...pending, progress: { is: "acknowledged", attempts: 0, failures: 0 }, dueAt: now };
  }
  if (progress.is !== "handled") return notice;
  const { attempts, result } = progress;
  return over(notice, { is: "answered", attempts, result, answeredTime: now }, now);
}

/** The platform does not answer: the same call again, later. */
export function postponed(notice: Notice, call: Call, now: Date): Notice {
  const { progress } = notice;
  if (!isOf(notice, call) || (progress.is !== "received" && progress.is !== "handled")) return notice;
  const tries = progress.tries + 1;
  return {
    ...notice,
    progress: { ...progress, tries },
    dueAt: later(now, CALL_BACKOFF_MS, CALL_BACKOFF_MAX_MS, tries),
  };
}

/** The platform will not take the call however often it is repeated. */
export function refused(notice: Notice, call: Call, reason: string, now: Date): Notice {
  const { progress } = notice;
  if (!isOf(notice, call)) return notice;
  if (progress.is === "received") return without(notice, { is: "refused", call: call.is, reason, attempts: 0 });
  if (progress.is !== "handled") return notice;
  const { attempts, result } = progress;
  return over(notice, { is: "refused", call: call.is, reason, attempts, result }, now);
}

/** After a start: what was being handled when the process died is begun again, and what gave up has another round. */
export function resumed(notice: Notice, now: Date): Notice {
  const { progress } = notice;
  if (progress.is !== "handling" && progress.is !== "needs_person") return notice;
  if (notice.next !== undefined) return promoted(notice, now);
  return { ...notice, progress: { is: "acknowledged", attempts: progress.attempts, failures: 0 }, dueAt: now };
}

// A call that was under way while the notice went on says nothing about where it is now.
function isOf({ current, progress }: Notice, { is, revision }: Call): boolean {
  return current.revision === revision && progress.is === (is === "acknowledge" ? "received" : "handled");
}

/** A revision that waited has its turn. */
function over(notice: Notice, progress: Progress, now: Date): Notice {
  return notice.next === undefined ? without(notice, progress) : promoted(notice, now);
}

function promoted(notice: Notice, now: Date): Notice {
  return fresh(notice, notice.next ?? notice.current, now, 0);
}

/** What was done under an earlier revision stays known. */
function fresh(
  { noticeId, untouched, done }: Pick<Notice, "noticeId" | "untouched" | "done">,
  current: Revision,
  now: Date,
  waitMs: number,
): Notice {
  const kept = { ...(untouched && { untouched }), ...(done && { done }) };
  const dueAt = new Date(now.getTime() + waitMs);
  return { schemaVersion: 1, noticeId, current, progress: { is: "received", tries: 0 }, ...kept, dueAt };
}

/** What can be answered without a handler: it is done already, or there is nothing that could be restored. */
function knownResult({ current: { action }, untouched, done }: Notice, now: Date): Result | undefined {
  if (action === "ACTION_RESTORE" && untouched) {
    return { outcome: "OUTCOME_RESTORED", cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED", measureTime: now };
  }
  return done !== undefined && done.action === action ? done.result : undefined;
}

const CARRIED_OUT: ReadonlySet<string> = new Set(["OUTCOME_REMOVED", "OUTCOME_ACCESS_DISABLED", "OUTCOME_BLOCKED"]);

function withDone(notice: Notice, result: Result): Notice {
  const next = { ...notice };
  if (CARRIED_OUT.has(result.outcome)) next.done = { action: notice.current.action, result };
  else if (result.outcome === "OUTCOME_RESTORED") delete next.done;
  return next;
}

function handled(notice: Notice, attempts: number, result: Result, now: Date): Notice {
  const dueAt = new Date(now.getTime() + AT_HAND_MS);
  return { ...notice, progress: { is: "handled", attempts, result, tries: 0 }, dueAt };
}

function touched(notice: Notice): Notice {
  const next = { ...notice };
  delete next.untouched;
  return next;
}

function without(notice: Notice, progress: Progress): Notice {
  const next = { ...notice, progress };
  delete next.dueAt;
  return next;
}

function later(now: Date, firstMs: number, maxMs: number, nth: number): Date {
  return new Date(now.getTime() + Math.min(firstMs * 2 ** (nth - 1), maxMs));
}
