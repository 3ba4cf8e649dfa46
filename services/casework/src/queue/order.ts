import { nameOf } from "@ntd/facts";
import type { QueueReason } from "@ntd/proto/casework/v1/case";
import { isWaiting, toldDecisions, type CaseFile } from "../cases/case.ts";
import { openLook } from "../second-look/second-look.ts";
import { claimOf } from "../claims/claim.ts";
import { laneDigit, waitingLane, type KnownLane } from "./lane.ts";

/** Lane by lane; in each, overdue looks first, then what waits longest. Undefined for what does not wait. */
export function queueOrder(file: CaseFile): string | undefined {
  const since = waitsSince(file);
  if (since === undefined) return undefined;
  const isOverdue = openLook(file)?.overdue === true;
  return `${laneDigit(waitingLane(file))}${isOverdue ? OVERDUE : IN_TIME}${since.toISOString()}`;
}

/** All that waits in the lane, in that order. */
export function inLane(lane: KnownLane): { gte: string; lt: string } {
  return { gte: laneDigit(lane), lt: `${laneDigit(lane)}~` };
}

/** The same, in two: overdue looks, and all else. */
export function soonest(lane: KnownLane): { gte: string; lt: string }[] {
  const begins = [OVERDUE, IN_TIME].map((second) => `${laneDigit(lane)}${second}`);
  return begins.map((begin) => ({ gte: begin, lt: `${begin}~` }));
}

/** Since when it waits for a person, or what is decided for another one's look. */
export function waitsSince(file: CaseFile): Date | undefined {
  return isWaiting(file.progress) ? file.progress.queuedTime : openLook(file)?.sinceTime;
}

/** Why. */
export function queueReason(file: CaseFile): QueueReason | undefined {
  if (isWaiting(file.progress)) return file.progress.reason;
  return openLook(file) === undefined ? undefined : "QUEUE_REASON_SECOND_LOOK";
}

/** Where it is hosted, while it waits. */
export function waitsIn(file: CaseFile): string | undefined {
  return waitsSince(file) === undefined ? undefined : file.target?.hostingCountry;
}

/** The lane in which somebody has it in hand. */
export function claimedLane(file: CaseFile): KnownLane | undefined {
  const { progress } = file;
  const isClaimed = progress.kind === "claimed" || progress.kind === "held" || openLook(file)?.claim !== undefined;
  return isClaimed ? waitingLane(file) : undefined;
}

/** Name of who has it, or a look at it, in hand. */
export function holderName(file: CaseFile): string | undefined {
  const { progress } = file;
  if (progress.kind === "held") return nameOf(progress.holder);
  const holder = claimOf(file)?.holder;
  return holder && nameOf(holder);
}

/** Since when a report of it waits to be assessed by anybody; undefined where somebody has, or nothing waits. */
export function unassessedSince(file: CaseFile): Date | undefined {
  const { progress, reports } = file;
  if (!isWaiting(progress)) return undefined;
  if (progress.reason === "QUEUE_REASON_REPORTED_AGAIN") return progress.queuedTime;
  return toldDecisions(file).length === 0 ? reports.firstTime : undefined;
}

const OVERDUE = "0";
const IN_TIME = "1";
