import type { Action } from "@ntd/proto/takedown/v1/notice";
import type { Notice } from "./notice.ts";
import { openSuspension, withLast } from "./suspension.ts";

/** The signed bytes of a revision, at rest. */
export type Signed = Notice["signed"];

/** A revision after the first. */
export interface Revision {
  revision: number;
  action: Action;
  madeTime: Date;
  /** The signed bytes that were sent before it. */
  replaced: Signed;
}

/** Signed bytes for the next revision, made before the save that sends them. */
export interface Prepared {
  revision: number;
  action: Action;
  signed: Signed;
}

/** What is to be said to the provider as things are: to restore, to wait, or what was asked for from the first. */
export function wantedAction(notice: Notice): Action {
  if (notice.withdrawn !== undefined) return "ACTION_RESTORE";
  return openSuspension(notice) === undefined ? notice.action : "ACTION_SUSPEND";
}

/** Suspending and restoring protect: they leave also while dispatch is halted, and before everything else. */
export function isProtecting(action: Action): boolean {
  return action === "ACTION_SUSPEND" || action === "ACTION_RESTORE";
}

/** What the newest revision that was sent says. */
export function newestAction({ action, revisions = [] }: Notice): Action {
  return revisions.at(-1)?.action ?? action;
}

/** What a revision said; undefined of one that was never sent. */
export function actionOf({ action, revisions = [] }: Notice, revision: number): Action | undefined {
  return revision === 1 ? action : revisions.find((r) => r.revision === revision)?.action;
}

/** It was sent, and what is to be said is not what the newest revision says. One that was never told to wait needs none. */
export function needsRevision(notice: Notice): boolean {
  return notice.offeredTime !== undefined && wantedAction(notice) !== newestAction(notice);
}

/** The revision that is to be with the provider. */
export function revisionToTell(notice: Notice): number {
  return needsRevision(notice) ? notice.revision + 1 : notice.revision;
}

/** When the provider took the newest revision. */
export function takenTime({ revision, acknowledgedTime, acknowledgements }: Notice): Date | undefined {
  // Release 0.2 kept no acknowledgement beside an answer.
  return (
    acknowledgements.find((a) => a.revision === revision)?.receivedTime ??
    (revision === 1 ? acknowledgedTime : undefined)
  );
}

/** What is to be said to the provider is not with it yet. */
export function isUnacknowledged(notice: Notice): boolean {
  return needsRevision(notice) || takenTime(notice) === undefined;
}

/** The notice with its next revision, if these are the bytes for it. */
export function withRevision(notice: Notice, { revision, action, signed }: Prepared, now: Date): Notice {
  if (!needsRevision(notice) || action !== wantedAction(notice) || revision !== revisionToTell(notice)) return notice;
  const made = { revision, action, madeTime: now, replaced: notice.signed };
  const next = { ...notice, revision, signed, revisions: [...(notice.revisions ?? []), made] };
  const open = openSuspension(next);
  return open === undefined ? next : withLast(next, { ...open, revision });
}
