import type { Notice } from "./notice.ts";

/** Why and since when a notice cannot be opened (or made of its dispatch), and when it is tried again. */
export interface Undeliverable {
  /** A reason of the catalogue. */
  reason: string;
  since: Date;
  tries: number;
  retryTime: Date;
}

const RETRY_MS = 1000;
const RETRY_MAX_MS = 600_000;

/** It cannot be opened: it is tried again later each time, for its key may still come. */
export function undeliverable(notice: Notice, reason: string, now: Date): Notice {
  return { ...notice, undeliverable: nextTry(notice.undeliverable, reason, now) };
}

/** Twice as long after each try, up to ten minutes. */
export function nextTry(last: Undeliverable | undefined, reason: string, now: Date): Undeliverable {
  const { since = now, tries = 0 } = last ?? {};
  const retryTime = new Date(now.getTime() + Math.min(RETRY_MS * 2 ** tries, RETRY_MAX_MS));
  return { reason, since, tries: tries + 1, retryTime };
}

/** After another try: it waits for its turn again, or goes on waiting for its cause to go. */
export function retried(notice: Notice, fault: string | undefined, now: Date): Notice {
  if (notice.undeliverable === undefined) return notice;
  if (fault !== undefined) return undeliverable(notice, fault, now);
  const { undeliverable: _, ...rest } = notice;
  return rest;
}
