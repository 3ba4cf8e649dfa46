import { eventOf, nouns } from "@ntd/bus";
import {
  GoneStrength,
  Observation,
  ProbeReason,
  TargetState,
  type Look,
  type Target as PublishedTarget,
} from "@ntd/proto/prober/v1/target";
import type { OutboxEvent } from "@ntd/store";
import type { CountryOf } from "./countries.ts";
import { toDerived } from "./derived.ts";
import type { Target, ToldLook } from "./target-state.ts";
import { isNeverSeen, openPhase, publishedFacts } from "./published-facts.ts";

export interface PublishSettings {
  slotsRequired: number;
  /** From where the probing is done. */
  vantage: string;
  countryOf?: CountryOf;
}

/** The published state of a target. */
export function toTarget(target: Target, { slotsRequired, vantage, countryOf }: PublishSettings): PublishedTarget {
  const country = countryOf?.(target.resolvedIp);
  const { phase, seen, personSaw } = target;
  const derived = toDerived(target);
  const open = openPhase(phase);
  return {
    targetId: target.targetId,
    episode: target.episode,
    state: TargetState[phase.is],
    reason: "reason" in open ? ProbeReason[open.reason] : ProbeReason.UNSPECIFIED,
    address: target.address,
    resolvedIp: target.resolvedIp,
    firstSeenTime: seen?.first ?? personSaw?.time,
    lastSeenTime: later(seen?.last, personSaw?.time),
    goneTime: open.is === "GONE" ? open.goneTime : undefined,
    slotsRequired,
    // What an earlier release saw has no renditions.
    content: seen && Object.assign({ renditions: [] }, seen.content),
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
    restoredTime: target.restored,
    ...(country !== undefined && { hostingCountry: country }),
    ...(target.foundOn !== undefined && { foundOnTargetId: target.foundOn }),
    ...(derived !== undefined && { derived }),
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

/** The event of a change, called by the state that was reached; undefined when nothing changed that others may know. */
export function eventIfNews(
  settings: PublishSettings,
  before: Target,
  after: Target,
  now: Date,
): OutboxEvent | undefined {
  if (publishedFacts(before) === publishedFacts(after)) return undefined;
  return eventOf(nouns.target, after.phase.is.toLowerCase(), after.targetId, toTarget(after, settings), now);
}
