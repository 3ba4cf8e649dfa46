import type { Lane, QueueReason } from "@ntd/proto/casework/v1/case";
import { judgementOf } from "../policies/judgement.ts";
import { isLookLane, isWaiting, type CaseFile } from "../cases/case.ts";
import { isLifeAtRisk } from "../cases/life-at-risk.ts";
import { openLook } from "../second-look/second-look.ts";
import { isRaised } from "./raised.ts";

/** The order in which persons see cases. */
export const LANES = [
  "LANE_LIFE_AT_RISK",
  "LANE_VICTIM",
  "LANE_YOUNG_CHILD",
  "LANE_POLICE",
  "LANE_RAISED",
  "LANE_NORMAL",
  "LANE_WEAK_EQUALITY",
  "LANE_ABSENT",
] as const satisfies Lane[];

export type KnownLane = (typeof LANES)[number];

/**
 * The lane of a case: the first that holds, also once it is decided. What is looked at a second time is in the lane that
 * its evidence gives it, whether it was told or not: the lane says nothing of what was decided.
 */
export function laneOf(file: CaseFile): KnownLane {
  return laneOfChild(file) ?? LANE_OF_REASON[reasonOf(file) ?? "QUEUE_REASON_UNSPECIFIED"] ?? "LANE_NORMAL";
}

/** The lane in which it waits: another person's look waits behind nothing that is likely nothing. */
export function waitingLane(file: CaseFile): KnownLane {
  const lane = laneOf(file);
  const isLook = openLook(file) !== undefined;
  return isLook && LANES.indexOf(lane) > LANES.indexOf("LANE_NORMAL") ? "LANE_NORMAL" : lane;
}

/** Beginning of the order of all that waits in the lane. */
export function laneDigit(lane: KnownLane): string {
  return String(LANES.indexOf(lane) + 1);
}

function laneOfChild(file: CaseFile): KnownLane | undefined {
  const { reports, flags } = file;
  if (isLifeAtRisk(file)) return "LANE_LIFE_AT_RISK";
  if (reports.victim === true) return "LANE_VICTIM";
  if (flags?.youngChild?.is === true) return "LANE_YOUNG_CHILD";
  if (reports.police === true) return "LANE_POLICE";
  return isRaised(file) ? "LANE_RAISED" : undefined;
}

function reasonOf(file: CaseFile): QueueReason | undefined {
  const { progress } = file;
  if (isWaiting(progress) && !isLookLane(progress.reason)) return progress.reason;
  const judgement = judgementOf(file);
  return judgement.kind === "queue" ? judgement.reason : undefined;
}

const LANE_OF_REASON: Partial<Record<QueueReason, KnownLane>> = {
  // What one list calls abuse and another one innocent is wrong in one of them, for everybody who is listed so.
  QUEUE_REASON_CONFLICT: "LANE_RAISED",
  QUEUE_REASON_WEAK_EQUALITY: "LANE_WEAK_EQUALITY",
  QUEUE_REASON_ABSENT: "LANE_ABSENT",
};
