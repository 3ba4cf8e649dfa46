import { goneStrength, isGone, isSingleVantage } from "@ntd/facts";
import type { GoneStrength, Look, ProbeReason, Target } from "@ntd/proto/prober/v1/target";
import { marksOf, type Marks } from "./material.ts";

/** What the eyes say of a target. */
export interface Told {
  state: Target["state"];
  reason?: ProbeReason;
  goneStrength?: GoneStrength;
  singleVantage?: true;
  /** Eyes that are shown something else than those that see the material. */
  cloaked?: Look[];
  restrictedHere?: true;
}

/** What is known of a target in one episode; another episode is another document, so none overwrites another's end. */
export interface TargetView {
  schemaVersion: 1;
  targetId: string;
  episode: number;
  /** Version of the target that was last taken in. */
  version: number;
  lastSeenTime?: Date;
  /** Gone by what eyes saw or two persons said; what release 0.2 called gone for silence is not, once that is known. */
  goneTime?: Date;
  /** Seen there again after its notices were withdrawn. */
  restoredTime?: Date;
  /** Absent in what release 0.2 wrote. */
  told?: Told;
  /** What was last seen there. */
  seen?: Marks;
}

export function targetKey({ targetId, episode }: { targetId: string; episode: number }): string {
  return `${targetId}:${episode}`;
}

/** The view after a target's event; undefined when the event says nothing new. */
export function seenTarget(view: TargetView | undefined, version: number, target: Target): TargetView | undefined {
  if (view !== undefined && version <= view.version) return undefined;
  const { targetId, episode } = target;
  const told = toldOf(target);
  const next: TargetView = { schemaVersion: 1, targetId, episode, version, told };
  if (target.lastSeenTime !== undefined) next.lastSeenTime = target.lastSeenTime;
  if (target.content !== undefined) next.seen = marksOf(target.content);
  if (isGone(target) && target.goneTime !== undefined) next.goneTime = target.goneTime;
  if (target.restoredTime !== undefined) next.restoredTime = target.restoredTime;
  return next;
}

/** Whether both say the same; when each look was made does not count. */
export function saysTheSame(one: Told | undefined, other: Told | undefined): boolean {
  return JSON.stringify(timeless(one)) === JSON.stringify(timeless(other));
}

function timeless(told: Told | undefined): unknown {
  return told && { ...told, cloaked: told.cloaked?.map(({ eye, observation, reason }) => [eye, observation, reason]) };
}

function toldOf(target: Target): Told {
  const { state, reason, cloaked, restrictedHere } = target;
  const strength = goneStrength(target);
  return {
    state,
    ...(reason !== "PROBE_REASON_UNSPECIFIED" && { reason }),
    ...(strength !== "GONE_STRENGTH_UNSPECIFIED" && { goneStrength: strength }),
    ...(isSingleVantage(target) && { singleVantage: true }),
    ...(cloaked.length > 0 && { cloaked }),
    ...(restrictedHere && { restrictedHere: true }),
  };
}
