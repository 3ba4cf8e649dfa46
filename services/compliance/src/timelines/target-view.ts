import type { Look, ProbeReason, TargetState } from "@ntd/proto/prober/v1/target";
import type { TargetFacts } from "./timeline.ts";

/** What was last said of a target in one episode: what figures are made of, and what people who check them read. */
export interface TargetView extends TargetFacts {
  /** Absent in what release 0.2 wrote. */
  told?: Told;
}

export interface Told {
  state: TargetState;
  reason: ProbeReason;
  /** What each eye said in the looks that led to this state, oldest first. */
  looks: Look[];
  cloaked: Look[];
  lastLookTime: Date | undefined;
}

/** Of a view, what a timeline keeps: looks that change no figure rewrite none. */
export function factsOf(view: TargetView): TargetFacts {
  const { told: _, ...facts } = view;
  return facts;
}

/** Whether both make the same figures. */
export function sameFacts(one: TargetFacts | undefined, other: TargetFacts | undefined): boolean {
  return JSON.stringify({ ...one, version: 0 }) === JSON.stringify({ ...other, version: 0 });
}
