import { derivedFacts } from "./derived.ts";
import type { OpenPhase, Phase, Target } from "./target-state.ts";

/** Nobody has seen anything there: the first look missed it. */
export function isNeverSeen({ seen, personSaw, phase }: Pick<Target, "seen" | "personSaw" | "phase">): boolean {
  const { is } = openPhase(phase);
  return seen === undefined && personSaw === undefined && (is === "SUSPECT_GONE" || is === "GONE");
}

/** Everything that a published event tells, but for what changes at every look. */
export function publishedFacts(target: Target): string {
  const { episode, phase, seen, personSaw, resolvedIp, probedTime, cloaked = [], movedTo } = target;
  const shown = cloaked.map(({ eye, said }) => [eye, said.is, "reason" in said ? said.reason : ""]);
  return JSON.stringify([
    episode,
    phaseFacts(phase),
    seen?.first,
    seen?.content.revision,
    personSaw?.time,
    resolvedIp,
    probedTime,
    shown,
    movedTo,
    target.restrictedHere === true,
    target.restored,
    derivedFacts(target),
  ]);
}

export function openPhase(phase: Phase): OpenPhase {
  return phase.is === "CLOSED" ? phase.was : phase;
}

/** Notes when the published state changed, and counts the watch from there if it moved. */
export function settled(before: Target, after: Target, at: Date): Target {
  if (publishedFacts(before) === publishedFacts(after)) return after;
  const moved = before.phase.is !== after.phase.is || before.episode !== after.episode;
  return { ...after, probedTime: at, ...(moved && { watchFrom: at }) };
}

function phaseFacts(phase: Phase): unknown[] {
  const { is } = phase;
  const open = openPhase(phase);
  const gone = open.is === "GONE" ? [open.goneTime, open.strength, open.singleVantage] : [];
  return [is, "reason" in open ? open.reason : "", ...gone];
}

/** Whether a person's word waits for a second one. */
export function needsSecond({ personMissed, phase }: Target): boolean {
  return personMissed !== undefined && openPhase(phase).is !== "GONE";
}
