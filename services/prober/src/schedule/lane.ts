import { dueOf } from "../holds/holds.ts";
import type { Target } from "../targets/target-state.ts";

/** Who asks for a look: a reporter, a provider that has something to say, or the clock. */
export type LookClass = "report" | "answer" | "watch";

/** Where asks of one class and key wait, in the order in which they fell due. */
export function laneFor(kind: "report" | "answer", key: string): string {
  return `${kind}/${encodeURIComponent(key).slice(0, 128)}`;
}

/** Claims wait apart for the end of their lease, and are looked after like reports when it has come. */
export const CLAIMED = "claimed";
export const WATCH = "watch";

export function classOf(lane: string): LookClass {
  if (lane === WATCH) return "watch";
  return lane.startsWith("answer/") ? "answer" : "report";
}

/** The lane a target waits in. Release 0.2 noted nobody who asked: what it left is a report's without a key. */
export function laneOf({ work }: Target): string {
  if (work.claimedUntil !== undefined) return CLAIMED;
  return work.lane ?? (work.wanted === work.wantedAtClaim ? WATCH : laneFor("report", ""));
}

/** A target's place among all: its lane, then when it is due, as one text that the store keeps in order. */
export function queueOf(target: Target): string | undefined {
  const dueAt = dueOf(target);
  return dueAt && `${laneOf(target)}|${dueAt.toISOString()}`;
}

/** The places in a lane of what is due. */
export function dueIn(lane: string, now: Date): { gte: string; lte: string } {
  return { gte: `${lane}|`, lte: `${lane}|${now.toISOString()}` };
}

/** The places of claims whose lease ends later than this. */
export function claimedBeyond(time: Date): { gt: string; lt: string } {
  return { gt: `${CLAIMED}|${time.toISOString()}`, lt: `${CLAIMED}|~` };
}

/** The places in all lanes behind this one; in all there are behind "". */
export function behind(lane: string): { gt: string } {
  return { gt: lane === "" ? "" : `${lane}|~` };
}

/** The lane of a place, and when what stands there is due. */
export function laneAndTime(queue: string): { lane: string; dueAt: Date } {
  const bar = queue.lastIndexOf("|");
  return { lane: queue.slice(0, bar), dueAt: new Date(queue.slice(bar + 1)) };
}
