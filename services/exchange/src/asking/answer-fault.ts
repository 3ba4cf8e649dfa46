import type { Failed } from "../connectors/fault.ts";

/** What an exchange's answer says, where it is no page; undefined for one that may be a page. */
export function answerFault(status: number, retryAfter: string | undefined, now: Date): Failed | undefined {
  if (status === 200) return undefined;
  const retryAfterMs = waitMs(retryAfter, now);
  const waits = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 401 || status === 403) {
    const sentence = `The exchange answers ${status}: it does not take the user and password of the credential files. Bring new ones, then: ntd exchange pull`;
    return { fault: "CREDENTIALS", sentence, isPassing: false };
  }
  if (status === 429 || (status === 503 && retryAfterMs !== undefined)) {
    return { fault: "BUSY", sentence: `The exchange answers ${status}: it asks to wait.`, isPassing: true, ...waits };
  }
  const sentence = `The exchange answers ${status} instead of 200.`;
  return { fault: "ANSWER", sentence, isPassing: PASSING.has(status), ...waits };
}

const PASSING: ReadonlySet<number> = new Set([500, 502, 503, 504]);

// Seconds, or a time.
function waitMs(retryAfter: string | undefined, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
