import type { GoneStrength, Target } from "@ntd/proto/prober/v1/target";

type Called = Pick<Target, "state" | "goneTime">;
/** Without a strength in what release 0.2 stored. */
type Judged = Called & Pick<Target, "reason"> & Partial<Pick<Target, "goneStrength">>;

/**
 * When a target was first missed, once the prober has said gone; undefined for a mere suspicion. It is a fact that was
 * published, whatever its strength: what release 0.2 took a day of silence for is not taken back.
 */
export function goneSince(target: Called): Date | undefined {
  return isCalledGone(target) ? target.goneTime : undefined;
}

/** Observed gone, so that a new decision may rest on it. Silence is no observation, though release 0.2 called it gone. */
export function isGone(target: Judged): boolean {
  return isCalledGone(target) && goneStrength(target) !== "GONE_STRENGTH_SILENCE_0_2";
}

/**
 * How sure gone is; unspecified while it is not gone. Release 0.2 did not tell: what it called gone after a day of
 * silence has its reason to be known by, and the rest it saw itself.
 */
export function goneStrength(target: Judged): GoneStrength {
  const { goneStrength: told = "GONE_STRENGTH_UNSPECIFIED", reason } = target;
  if (!isCalledGone(target)) return "GONE_STRENGTH_UNSPECIFIED";
  if (told !== "GONE_STRENGTH_UNSPECIFIED") return told;
  if (reason === "PROBE_REASON_UNREACHABLE_TOO_LONG") return "GONE_STRENGTH_SILENCE_0_2";
  return reason === "PROBE_REASON_OTHER_CONTENT" ? "GONE_STRENGTH_REPLACED" : "GONE_STRENGTH_ABSENT";
}

/** Everybody who says gone leaves by one network; before strength was told there was one. */
export function isSingleVantage(target: Called & Pick<Target, "goneStrength" | "singleVantage">): boolean {
  return isCalledGone(target) && (target.singleVantage || target.goneStrength === "GONE_STRENGTH_UNSPECIFIED");
}

/** Gone, or nobody looks any more. What cannot be seen is neither: it is a person's question. */
export function isWatchOver({ state }: Pick<Target, "state">): boolean {
  return state === "TARGET_STATE_GONE" || state === "TARGET_STATE_CLOSED";
}

/** Looks see nothing that could be judged: nobody can, nobody could yet, or nobody looks any more. */
export function isNothingToSee({ state }: Pick<Target, "state">): boolean {
  return state === "TARGET_STATE_UNREACHABLE" || state === "TARGET_STATE_UNSEEN" || isWatchOver({ state });
}

/** From the first look on nothing was there: gone, or on the way to it. */
export function isAbsentFromTheFirst(target: Called & Partial<Pick<Target, "neverSeen">>): boolean {
  const missed = target.state === "TARGET_STATE_SUSPECT_GONE" || isCalledGone(target);
  return target.neverSeen === true && missed;
}

// A watch that ended while nothing could be seen does not say gone.
function isCalledGone({ state, goneTime }: Called): boolean {
  return state === "TARGET_STATE_GONE" || (state === "TARGET_STATE_CLOSED" && goneTime !== undefined);
}
