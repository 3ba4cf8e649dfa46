import { acknowledge } from "../answers/answer.ts";
import { isInFlight, isUnoffered, isUrgent, type Notice } from "../notices/notice.ts";
import { revisionToTell } from "../notices/revision.ts";

/** Somebody sends a revision of it, or is to try again. */
export interface Sending {
  /** Nobody else begins before. */
  dueAt: Date;
  tries: number;
  /** Which one: what is to be told next waits for no earlier one. Absent: whichever it is. */
  revision?: number;
}

/** What waits for the link: to be told to wait or to restore, stamped before and not taken, or never sent. */
export type Lane = "urgent" | "stamped" | "fresh";

/** Of a hotline's notice that is to leave; undefined of every other one. */
export function laneOf(notice: Notice): Lane | undefined {
  if (notice.route !== "ROUTE_HOTLINE") return undefined;
  if (isUrgent(notice)) return "urgent";
  if (isInFlight(notice)) return "stamped";
  return isUnoffered(notice) ? "fresh" : undefined;
}

export function dueAtOf(notice: Notice): Date | undefined {
  if (laneOf(notice) === undefined) return undefined;
  return sendingNow(notice)?.dueAt ?? notice.issuedTime;
}

function sendingNow({ sending, ...notice }: Notice): Sending | undefined {
  return (sending?.revision ?? revisionToTell(notice)) === revisionToTell(notice) ? sending : undefined;
}

/** Who begins to send it has so long before another may. */
const LEASE_MS = 60_000;

/** The same notice when somebody else has it, or there is nothing to send. */
export function claimed(notice: Notice, now: Date): Notice {
  const dueAt = dueAtOf(notice);
  if (dueAt === undefined || dueAt > now) return notice;
  const tries = (sendingNow(notice)?.tries ?? 0) + 1;
  const until = new Date(now.getTime() + LEASE_MS);
  return { ...notice, sending: { dueAt: until, tries, revision: revisionToTell(notice) } };
}

/** The link took this revision: whoever it is for has it. */
export function recorded(notice: Notice, revision: number, now: Date): Notice {
  const { sending: _, ...rest } = notice;
  const received = acknowledge(rest, revision, now);
  return "notice" in received ? received.notice : rest;
}

/** It may not leave; once it may, it is not to wait for a lease to end. */
export function released(notice: Notice): Notice {
  const { sending, ...rest } = notice;
  return sending === undefined ? notice : rest;
}

/** The link is not there: first of all when it is again. */
export function unsent(notice: Notice, now: Date): Notice {
  return notice.sending === undefined ? notice : { ...notice, sending: { ...notice.sending, dueAt: now } };
}

const RETRY_MS = 60_000;
const RETRY_MAX_MS = 3_600_000;

/** Who is retired is sent nothing new: it waits, should it come back. */
export function waiting(notice: Notice, now: Date): Notice {
  return { ...notice, sending: { dueAt: new Date(now.getTime() + RETRY_MAX_MS), tries: 0 } };
}

/** The link does not take this one: it is tried again, later each time up to an hour, and holds up no other. */
export function refused(notice: Notice, now: Date): Notice {
  const { tries = 1, ...rest } = notice.sending ?? {};
  const waitMs = Math.min(RETRY_MS * 2 ** (tries - 1), RETRY_MAX_MS);
  return { ...notice, sending: { ...rest, tries, dueAt: new Date(now.getTime() + waitMs) } };
}
