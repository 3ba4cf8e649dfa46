import type { DoubtCause } from "@ntd/proto/casework/v1/case";
import type { SuspensionEnd } from "@ntd/proto/takedown/v1/notice";
import type { Doubt } from "../dispatches/case-view.ts";
import type { Notice } from "./notice.ts";

/** While the decision of a notice that was sent was in doubt. */
export interface Suspension {
  suspendedTime: Date;
  cause: DoubtCause;
  /** Names the doubt: one doubt suspends once. */
  doubtSince: Date;
  /** When it ends by itself. Absent: it lasts until somebody ends it. */
  lapseTime?: Date;
  /** The revision that says so; 0 until one was sent. */
  revision: number;
  /** A client that does not know the action asked meanwhile. */
  clientTooOld?: true;
  ended?: { time: Date; ending: Ending };
}

export type Ending = Exclude<SuspensionEnd, "SUSPENSION_END_UNSPECIFIED" | "UNRECOGNIZED">;

/** What a notice has to know of its decision. */
export interface Doubted {
  /** The decision is in force, or in doubt before anybody decided otherwise. */
  stands: boolean;
  doubt: Doubt | undefined;
  suspensionMs: number;
}

/** Doubts of one notice beyond this suspend it no more: a document has an end. */
export const MAX_SUSPENSIONS = 50;

export function openSuspension({ suspensions = [] }: Notice): Suspension | undefined {
  const last = suspensions.at(-1);
  return last?.ended === undefined ? last : undefined;
}

/** A notice that was sent and is open, after what is known of its decision: suspended, reinstated or as it was. */
export function doubted(notice: Notice, { stands, doubt, suspensionMs }: Doubted, now: Date): Notice {
  const open = openSuspension(notice);
  if (doubt === undefined) return open && stands ? ended(notice, "SUSPENSION_END_REINSTATED", now) : notice;
  const { cause, since: doubtSince, lasting } = doubt;
  const lapses = lasting ? {} : { lapseTime: new Date(now.getTime() + suspensionMs) };
  if (open !== undefined) {
    const lasts = open.lapseTime === undefined;
    const isNews = since(doubt) > since(open) || (since(doubt) === since(open) && lasts !== (lasting ?? false));
    const { lapseTime: _, ...rest } = open;
    return isNews ? withLast(notice, { ...rest, doubtSince, ...lapses }) : notice;
  }
  const { suspensions = [] } = notice;
  if (suspensions.length >= MAX_SUSPENSIONS || hasEnded(suspensions.at(-1), doubt)) return notice;
  // Whose newest revision still says "wait" has been told already.
  const revision = notice.revisions?.at(-1)?.action === "ACTION_SUSPEND" ? notice.revision : 0;
  return { ...notice, suspensions: [...suspensions, { suspendedTime: now, cause, doubtSince, revision, ...lapses }] };
}

/** When it ends by itself; not while police hold it, for then nothing is asked for again. */
export function lapseTimeOf(notice: Notice): Date | undefined {
  return notice.held ? undefined : openSuspension(notice)?.lapseTime;
}

/** Nobody confirmed the doubt in time: what was asked for is asked for again. The same notice while it is not due. */
export function lapsed(notice: Notice, now: Date): Notice {
  const lapseTime = lapseTimeOf(notice);
  return lapseTime === undefined || lapseTime > now ? notice : ended(notice, "SUSPENSION_END_LAPSED", now);
}

export function ended(notice: Notice, ending: Ending, now: Date): Notice {
  const open = openSuspension(notice);
  return open === undefined ? notice : withLast(notice, { ...open, ended: { time: now, ending } });
}

/** A client that does not know the action asked for what waits, and cannot be told. */
export function seenByOldClient(notice: Notice): Notice {
  const open = openSuspension(notice);
  if (open === undefined || open.revision > 0 || open.clientTooOld) return notice;
  return withLast(notice, { ...open, clientTooOld: true });
}

/** The notice whose last suspension is this one. */
export function withLast(notice: Notice, suspension: Suspension): Notice {
  return { ...notice, suspensions: [...(notice.suspensions ?? []).slice(0, -1), suspension] };
}

function since(doubt: Doubt | Suspension): number {
  return ("doubtSince" in doubt ? doubt.doubtSince : doubt.since).getTime();
}

// One that lapsed before it was to last begins anew.
function hasEnded(last: Suspension | undefined, doubt: Doubt): boolean {
  if (last === undefined || since(doubt) > since(last)) return false;
  return !(doubt.lasting && since(doubt) === since(last) && last.ended?.ending === "SUSPENSION_END_LAPSED");
}
