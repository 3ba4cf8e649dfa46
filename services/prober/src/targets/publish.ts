import {
  GoneStrength,
  Observation,
  ProbeReason,
  TargetState,
  type Look,
  type Target as PublishedTarget,
} from "@ntd/proto/prober/v1/target";
import type { Target, ToldLook } from "./target-state.ts";
import { isNeverSeen, openPhase } from "./published-facts.ts";

export interface PublishSettings {
  slotsRequired: number;
  /** From where the probing is done. */
  vantage: string;
}

/** The published state of a target. */
export function toTarget(target: Target, { slotsRequired, vantage }: PublishSettings): PublishedTarget {
  const { phase, seen, person } = target;
  const open = openPhase(phase);
  const saw = person?.says === "SEEN" ? person.time : undefined;
  return {
    targetId: target.targetId,
    episode: target.episode,
    state: TargetState[phase.is],
    reason: "reason" in open ? ProbeReason[open.reason] : ProbeReason.UNSPECIFIED,
    address: target.address,
    resolvedIp: target.resolvedIp,
    firstSeenTime: seen?.first ?? saw,
    lastSeenTime: later(seen?.last, saw),
    goneTime: open.is === "GONE" ? open.goneTime : undefined,
    slotsRequired,
    content: seen?.content,
    vantage,
    probedTime: target.probedTime,
    goneStrength: open.is === "GONE" && open.strength ? GoneStrength[open.strength] : GoneStrength.UNSPECIFIED,
    singleVantage: open.is === "GONE" && open.singleVantage === true,
    looks: (target.told ?? []).map(toLook),
    cloaked: (target.cloaked ?? []).map(toLook),
    restrictedHere: target.restrictedHere === true,
    lastLookTime: target.lastLook,
    movedFromTargetId: target.movedFrom ?? "",
    movedToHostDigest: target.movedTo ?? "",
    neverSeen: isNeverSeen(target),
  };
}

export function toLook({ eye, said, time, evidenceId }: ToldLook): Look {
  return {
    eye,
    observation: Observation[said.is],
    reason: said.is === "SEEN" ? ProbeReason.UNSPECIFIED : ProbeReason[said.reason],
    time,
    evidenceId: evidenceId ?? "",
  };
}

function later(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a >= b ? a : b;
}

/** What happened, as the verb of the event: the name of the state that was reached. */
export function verbOf({ phase }: Target): string {
  return phase.is.toLowerCase();
}
