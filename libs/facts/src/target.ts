import type { GoneStrength, Target } from "@ntd/proto/prober/v1/target";

type Seen = Pick<Target, "state" | "goneTime">;

/** When a target was first missed, once the prober says that it is gone; undefined for a mere suspicion. */
export function goneSince(target: Seen): Date | undefined {
  return isGone(target) ? target.goneTime : undefined;
}

/** The prober said gone. A watch that ended while nothing could be seen says nothing of the kind. */
export function isGone({ state, goneTime }: Seen): boolean {
  return state === "TARGET_STATE_GONE" || (state === "TARGET_STATE_CLOSED" && goneTime !== undefined);
}

/**
 * How sure gone is; unspecified while it is not gone. Release 0.2 did not tell: what it called gone after a day of
 * silence has its reason to be known by, and the rest it saw itself.
 */
export function goneStrength(target: Seen & Pick<Target, "reason" | "goneStrength">): GoneStrength {
  if (!isGone(target)) return "GONE_STRENGTH_UNSPECIFIED";
  if (target.goneStrength !== "GONE_STRENGTH_UNSPECIFIED") return target.goneStrength;
  if (target.reason === "PROBE_REASON_UNREACHABLE_TOO_LONG") return "GONE_STRENGTH_SILENCE_0_2";
  return target.reason === "PROBE_REASON_OTHER_CONTENT" ? "GONE_STRENGTH_REPLACED" : "GONE_STRENGTH_ABSENT";
}

/** Everybody who says gone leaves by one network; before strength was told there was one. */
export function isSingleVantage(target: Seen & Pick<Target, "goneStrength" | "singleVantage">): boolean {
  return isGone(target) && (target.singleVantage || target.goneStrength === "GONE_STRENGTH_UNSPECIFIED");
}

/** Gone, or nobody looks any more. */
export function isWatchOver({ state }: Pick<Target, "state">): boolean {
  return state === "TARGET_STATE_GONE" || state === "TARGET_STATE_CLOSED";
}
