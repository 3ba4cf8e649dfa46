import { openPhase, publishedFacts } from "../targets/published-facts.ts";
import type { MissRun, Target } from "../targets/target-state.ts";

/**
 * Whether what a slot changed rests on its looks: it is told to others, or counts towards gone. What is merely seen again
 * founds nothing.
 */
export function founds(before: Target, after: Target): boolean {
  if (publishedFacts(before) !== publishedFacts(after)) return true;
  const run = runOf(after);
  return run !== undefined && run.lastSlot !== runOf(before)?.lastSlot;
}

function runOf({ phase }: Target): MissRun | undefined {
  const open = openPhase(phase);
  return "run" in open ? open.run : undefined;
}
