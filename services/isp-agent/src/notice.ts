import type { CannotComplyReason, Outcome } from "@ntd/proto/takedown/v1/notice";

/** One revision of a notice, exactly as it was signed: the proof outlives the connection. */
export interface Revision {
  revision: number;
  payload: Uint8Array;
  signature: string;
  traceparent: string;
  receivedTime: Date;
  /** By when the platform wants it done. */
  deadline?: Date;
}

/** What a handler did, for every target of the notice. */
export interface Result {
  outcome: Outcome;
  cannotComplyReason: CannotComplyReason;
  measureTime: Date;
}

export type Progress =
  | { is: "received"; tries: number }
  | { is: "acknowledged"; attempts: number; failures: number; lastFailure?: string }
  | { is: "handling"; attempts: number; failures: number }
  | { is: "handled"; attempts: number; result: Result; tries: number }
  | { is: "answered"; attempts: number; result: Result; answeredTime: Date }
  | { is: "needs_person"; attempts: number; lastFailure: string }
  | { is: "refused"; call: "acknowledge" | "answer"; reason: string; attempts: number; result?: Result };

export interface Notice {
  schemaVersion: 1;
  noticeId: string;
  current: Revision;
  progress: Progress;
  /** A newer revision that waits for the handling of the current one to end. */
  next?: Revision;
  /** When its next step may be taken; absent while it runs and when there is none. */
  dueAt?: Date;
}

export type Receipt = { notice: Notice } | { refused: "revision_reused" };

export type Ending = { is: "result"; result: Result } | { is: "failed"; failure: string };

const CALL_BACKOFF_MS = 500;
const CALL_BACKOFF_MAX_MS = 30_000;
const HANDLER_BACKOFF_MS = 1000;
const HANDLER_BACKOFF_MAX_MS = 300_000;
/** A new notice is acknowledged by who received it; this much later the loop takes over. */
const RECEIVER_MS = 5000;

/** Takes a verified revision in. What is known already stays as it is; a newer one replaces what was not begun. */
export function receive(known: Notice | undefined, noticeId: string, revision: Revision, now: Date): Receipt {
  if (known === undefined) return { notice: { schemaVersion: 1, noticeId, ...fresh(revision, now, RECEIVER_MS) } };
  const { progress } = known;
  const same = [known.current, known.next].find((r) => r?.revision === revision.revision);
  if (same !== undefined) {
    if (!equal(same.payload, revision.payload)) return { refused: "revision_reused" };
    const again = progress.is === "refused" && progress.call === "acknowledge" && same === known.current;
    return { notice: again ? { ...known, ...fresh(known.current, now, RECEIVER_MS) } : known };
  }
  if (revision.revision < (known.next ?? known.current).revision) return { notice: known };
  if (progress.is === "handling" || progress.is === "handled") return { notice: { ...known, next: revision } };
  return { notice: { schemaVersion: 1, noticeId, ...fresh(revision, now, RECEIVER_MS) } };
}

/** The platform knows that this revision is on our disk. */
export function acknowledged(notice: Notice, revision: number, now: Date): Notice {
  if (notice.progress.is !== "received" || notice.current.revision !== revision) return notice;
  return { ...notice, progress: { is: "acknowledged", attempts: 0, failures: 0 }, dueAt: now };
}

/** Stored before the handler is started, so that a crash is known by the attempt it was in. */
export function begun(notice: Notice): Notice {
  if (notice.progress.is !== "acknowledged") return notice;
  const { attempts, failures } = notice.progress;
  return without(notice, { is: "handling", attempts: attempts + 1, failures });
}

/** The handler ended: its result is to be answered, or a failed attempt is repeated later, `maxAttempts` in a row. */
export function ended(notice: Notice, ending: Ending, now: Date, maxAttempts: number): Notice {
  if (notice.progress.is !== "handling") return notice;
  const { attempts } = notice.progress;
  if (ending.is === "result") {
    return { ...notice, progress: { is: "handled", attempts, result: ending.result, tries: 0 }, dueAt: now };
  }
  if (notice.next !== undefined) return promoted(notice, now);
  const failures = notice.progress.failures + 1;
  const lastFailure = ending.failure;
  if (failures >= maxAttempts) return without(notice, { is: "needs_person", attempts, lastFailure });
  const dueAt = later(now, HANDLER_BACKOFF_MS, HANDLER_BACKOFF_MAX_MS, failures);
  return { ...notice, progress: { is: "acknowledged", attempts, failures, lastFailure }, dueAt };
}

/** The platform has the answer; a revision that waited has its turn. */
export function answered(notice: Notice, now: Date): Notice {
  if (notice.progress.is !== "handled") return notice;
  const { attempts, result } = notice.progress;
  const over = without(notice, { is: "answered", attempts, result, answeredTime: now });
  return notice.next === undefined ? over : promoted(over, now);
}

/** The platform does not answer: the same call again, later. */
export function postponed(notice: Notice, now: Date): Notice {
  const { progress } = notice;
  if (progress.is !== "received" && progress.is !== "handled") return notice;
  const tries = progress.tries + 1;
  return {
    ...notice,
    progress: { ...progress, tries },
    dueAt: later(now, CALL_BACKOFF_MS, CALL_BACKOFF_MAX_MS, tries),
  };
}

/** The platform will not take the call however often it is repeated. */
export function refused(notice: Notice, reason: string, now: Date): Notice {
  const { progress } = notice;
  if (progress.is === "received") return without(notice, { is: "refused", call: "acknowledge", reason, attempts: 0 });
  if (progress.is !== "handled") return notice;
  const { attempts, result } = progress;
  const over = without(notice, { is: "refused", call: "answer", reason, attempts, result });
  return notice.next === undefined ? over : promoted(over, now);
}

/** After a start: what was being handled when the process died is begun again, and what gave up has another round. */
export function resumed(notice: Notice, now: Date): Notice {
  const { progress } = notice;
  if (progress.is !== "handling" && progress.is !== "needs_person") return notice;
  if (notice.next !== undefined) return promoted(notice, now);
  return { ...notice, progress: { is: "acknowledged", attempts: progress.attempts, failures: 0 }, dueAt: now };
}

/** Who takes the next step. */
export function waitsFor({ progress }: Notice): "platform" | "handler" | "person" | "nobody" {
  switch (progress.is) {
    case "received":
    case "handled":
      return "platform";
    case "acknowledged":
    case "handling":
      return "handler";
    case "needs_person":
    case "refused":
      return "person";
    case "answered":
      return "nobody";
  }
}

function promoted({ noticeId, current, next }: Notice, now: Date): Notice {
  return { schemaVersion: 1, noticeId, ...fresh(next ?? current, now, 0) };
}

function fresh(current: Revision, now: Date, waitMs: number): Pick<Notice, "current" | "progress" | "dueAt"> {
  return { current, progress: { is: "received", tries: 0 }, dueAt: new Date(now.getTime() + waitMs) };
}

function without(notice: Notice, progress: Progress): Notice {
  const next = { ...notice, progress };
  delete next.dueAt;
  return next;
}

function later(now: Date, firstMs: number, maxMs: number, nth: number): Date {
  return new Date(now.getTime() + Math.min(firstMs * 2 ** (nth - 1), maxMs));
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
