import type { ConnectorFault } from "@ntd/proto/exchange/v1/exchange_service";

export type FaultName =
  Exclude<ConnectorFault, "CONNECTOR_FAULT_UNSPECIFIED" | "UNRECOGNIZED"> extends infer F
    ? F extends `CONNECTOR_FAULT_${infer Name}`
      ? Name
      : never
    : never;

/** Why a try came to nothing. */
export interface Failed {
  fault: FaultName;
  /** With the mend. No address, no hash, nothing of what was answered but numbers and names of elements. */
  sentence: string;
  /** It may be otherwise soon; else it takes somebody's hand. */
  isPassing: boolean;
  /** The exchange asks for so much patience. */
  retryAfterMs?: number;
  /** The partner knows nothing of where we were: all of it is asked for. */
  startsOver?: true;
}

const SOON_MS = 5000;
const LONGEST_SOON_MS = 10 * 60_000;
/** Whoever is refused and asks again and again is locked out. */
const LATE_MS = 15 * 60_000;
const LONGEST_LATE_MS = 60 * 60_000;
const LONGEST_ASKED_MS = 6 * 3_600_000;
/** Two clocks that are right differ by less: what the one puts off the other leaves alone. */
const APART_MS = 60_000;

/** From then on no time lies to which something was put off, but by a clock that was wrong: it is done now. */
export function latestPauseEnd(now: Date, longestMs = 0): Date {
  return new Date(now.getTime() + Math.max(longestMs, LONGEST_ASKED_MS) + APART_MS);
}

/** Whether something that was put off is to be done. */
export function isDue(time: Date, now: Date, longestMs = 0): boolean {
  return time <= now || time > latestPauseEnd(now, longestMs);
}

/** How long to wait after the nth failure in a row. */
export function pauseMs({ isPassing, retryAfterMs = 0 }: Pick<Failed, "isPassing" | "retryAfterMs">, count: number) {
  const [first, longest] = isPassing ? [SOON_MS, LONGEST_SOON_MS] : [LATE_MS, LONGEST_LATE_MS];
  const own = Math.min(first * 2 ** Math.min(count - 1, 20), longest);
  return Math.max(own, Math.min(retryAfterMs, LONGEST_ASKED_MS));
}
