import { holdsInForce } from "@ntd/facts";
import type { Hold, Holds } from "@ntd/proto/casework/v1/case";
import { stopOf, withoutMet } from "./holds.ts";
import { laneFor } from "../schedule/lane.ts";
import { wanted } from "../schedule/schedule.ts";
import type { Stop, Target } from "../targets/target-state.ts";

/** The holds of a case, as its event tells them. */
export interface ToldHolds {
  episode: number;
  version: number;
  holds: Holds;
}

/** Whether holds may say anything of looks; of what only keeps notices back nothing need be loaded. */
export function concernsLooks({ holds, earlier }: Holds): boolean {
  return earlier !== undefined || holds.some((hold) => !hold.looksGoOn);
}

/**
 * The target after its case told its holds; undefined when that is nothing new. Its last version wins, and the case of an
 * earlier episode says nothing any more. When the last hold that stops looks has ended, one look is due at once.
 */
export function withHolds(target: Target, { episode, version, holds }: ToldHolds, now: Date): Target | undefined {
  const { holds: known } = target;
  if (episode < target.episode) return undefined;
  if (known !== undefined && (episode < known.episode || (episode === known.episode && version <= known.version))) {
    return undefined;
  }
  const before = stopOf(target);
  const stops = strictest(holdsInForce(holds));
  const since = before?.since ?? now;
  const told = { episode, version, ...(stops && { stops: { since, ...stops } }) };
  const next: Target = { ...withoutMet(target), holds: told };
  const isOver = (before !== undefined || target.met !== undefined) && stopOf(next) === undefined;
  return isOver ? letGo(next, now) : next;
}

function letGo(target: Target, now: Date): Target {
  const { lane = laneFor("answer", ""), trace = {}, wanted: asked, wantedAtClaim } = target.work;
  if (target.phase.is === "CLOSED" && asked === wantedAtClaim) return target;
  return wanted(target, { lane, trace }, now);
}

// Who asks for no looks at all outweighs everybody; else who asks for the fewest.
function strictest(inForce: readonly Hold[]): Omit<Stop, "since"> | undefined {
  const stopping = inForce.filter((hold) => !hold.looksGoOn);
  if (stopping.length === 0) return undefined;
  const pauses = stopping.map(({ lookEvery }) => lookEvery && Number(lookEvery.seconds) * 1000);
  if (pauses.includes(undefined)) return {};
  return { everyMs: Math.max(...pauses.map((ms) => ms ?? 0)) };
}
