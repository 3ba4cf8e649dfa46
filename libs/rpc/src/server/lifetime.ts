import type { Reason } from "@ntd/service";

/** How long connections last. */
export interface ConnectionAge {
  /** After that a connection says goodbye: no new call is taken on it, those in hand go on. Default one hour. */
  ageMs: number;
  /** How long calls in hand may then still take. Default ten minutes. */
  graceMs: number;
}

/** When a connection says goodbye and when it ends, in ms from now, and as what its calls then end. */
export interface Lifetime {
  goodbyeMs: number;
  endMs: number;
  reason: Reason;
}

/** Before a certificate ends there is time for the calls in hand, but never more than half of what is left. */
const BEFORE_EXPIRY_MS = 30_000;

/**
 * @param leftMs how long the certificates of both ends still hold.
 * @param jitter 0 to 1, so that what connected together does not come back together.
 */
export function lifetimeOf({ ageMs, graceMs }: ConnectionAge, leftMs: number, jitter: number): Lifetime {
  const left = Math.max(0, leftMs);
  const aged = ageMs * (0.9 + 0.2 * jitter);
  const goodbyeMs = Math.min(aged, left - Math.min(BEFORE_EXPIRY_MS, left / 2));
  const endMs = Math.min(goodbyeMs + graceMs, left);
  return { goodbyeMs, endMs, reason: endMs === left ? "IDENTITY_EXPIRED" : "SHUTTING_DOWN" };
}
