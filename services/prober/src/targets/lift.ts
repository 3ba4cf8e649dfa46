import { openPhase } from "./published-facts.ts";
import type { OpenPhase, Phase, Target } from "./target-state.ts";

/** Whether release 0.2 called it gone after a day of silence, and nobody has said since that this is no observation. */
export function isGoneBySilence({ phase }: Target): boolean {
  const open = openPhase(phase);
  return open.is === "GONE" && open.strength === undefined && open.reason === "UNREACHABLE_TOO_LONG";
}

/**
 * Says so. No fact is taken back: it was told as gone and stays so, out of the headline; a look is due at once, and if it
 * sees the material another episode begins.
 */
export function withSilenceNamed(target: Target, now: Date): Target {
  const { phase, work } = target;
  const held = work.claimedUntil !== undefined && work.claimedUntil > now;
  const named = (open: OpenPhase): OpenPhase => (open.is === "GONE" ? { ...open, strength: "SILENCE_0_2" } : open);
  const next: Phase = phase.is === "CLOSED" ? { is: "CLOSED", was: named(phase.was) } : named(phase);
  return { ...target, phase: next, work: { ...work, ...(!held && { dueAt: now }) } };
}
