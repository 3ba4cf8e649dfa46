import type { Target } from "@ntd/proto/prober/v1/target";

type Seen = Pick<Target, "state" | "goneTime">;

/** When a target was first missed, once the prober says that it is gone; undefined for a mere suspicion. */
export function goneSince(target: Seen): Date | undefined {
  return isGone(target) ? target.goneTime : undefined;
}

/** The prober said gone. A watch that ended while nothing could be seen says nothing of the kind. */
export function isGone({ state, goneTime }: Seen): boolean {
  return state === "TARGET_STATE_GONE" || (state === "TARGET_STATE_CLOSED" && goneTime !== undefined);
}

/** Gone, or nobody looks any more. */
export function isWatchOver({ state }: Pick<Target, "state">): boolean {
  return state === "TARGET_STATE_GONE" || state === "TARGET_STATE_CLOSED";
}
