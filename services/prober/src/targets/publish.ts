import { ProbeReason, TargetState, type Target as PublishedTarget } from "@ntd/proto/prober/v1/target";
import type { Target } from "./target-state.ts";

export interface PublishSettings {
  slotsRequired: number;
  /** From where the probing is done. */
  vantage: string;
}

/** The published state of a target. */
export function toTarget(target: Target, { slotsRequired, vantage }: PublishSettings): PublishedTarget {
  const { phase, seen } = target;
  const open = phase.is === "CLOSED" ? phase.was : phase;
  return {
    targetId: target.targetId,
    episode: target.episode,
    state: TargetState[phase.is],
    reason: "reason" in open ? ProbeReason[open.reason] : ProbeReason.UNSPECIFIED,
    address: target.address,
    resolvedIp: target.resolvedIp,
    firstSeenTime: seen?.first,
    lastSeenTime: seen?.last,
    goneTime: open.is === "GONE" ? open.goneTime : undefined,
    slotsRequired,
    content: seen?.content,
    vantage,
    probedTime: target.probedTime,
    goneStrength: "GONE_STRENGTH_UNSPECIFIED",
    singleVantage: false,
    looks: [],
    cloaked: [],
    restrictedHere: false,
    lastLookTime: undefined,
    movedFromTargetId: "",
    movedToHostDigest: "",
    neverSeen: false,
  };
}

/** What happened, as the verb of the event: the name of the state that was reached. */
export function verbOf({ phase }: Target): string {
  return phase.is.toLowerCase();
}
