import type { HoldCause } from "@ntd/proto/casework/v1/case";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { CaseFile } from "../cases/case.ts";
import { isLifeAtRisk } from "../cases/life-at-risk.ts";
import { wrongState, type Refusal } from "../refusal.ts";

/** Police ask that nobody be told: a lease, which ends by itself. */
export interface CaseHold {
  holdId: string;
  cause: HoldCause;
  /** Who asked for it, "{kind}/{name}"; of a mark's hold who set the mark; the rule's name of one that a rule made. */
  by: string;
  sinceTime: Date;
  expireTime: Date;
  reason?: Sealed;
  markId?: string;
  /** How often it is looked at meanwhile; absent: not at all. */
  lookEveryMs?: number;
  /** Its time is over and life is at risk. */
  waitsForSupervisor?: true;
  /** Oldest first. */
  renewals?: Renewal[];
  proposed?: ProposedRenewal;
  /** Final. Nobody's word where its time was over. */
  released?: { time: Date; by?: string; reason?: Sealed };
}

/** By one officer, or two where it takes two. */
export interface Renewal {
  by: string[];
  /** Why, each of them. */
  reasons?: Sealed[];
  time: Date;
  expireTime: Date;
}

/** One officer's word for a renewal that takes two. */
export interface ProposedRenewal {
  by: string;
  reason?: Sealed;
  time: Date;
  expireTime: Date;
}

/** All of a case, oldest first. */
export interface Holds {
  all: CaseHold[];
  /** Of those that are not kept any more: how long they kept the case, and until when. */
  earlier?: { ms: number; until: Date };
}

const DAY_MS = 24 * 3_600_000;
/** A hold without another end. */
export const FIRST_MS = DAY_MS;
/** How long one lasts in all, unless two others say so. */
const LONGEST_MS = 7 * DAY_MS;
/** Holds that are kept; those in force among them. */
const KEPT = 20;
/** In force at a time by one cause: there is always room for the others. */
const MOST_OF_A_CAUSE = 8;

export function isInForce({ released }: CaseHold): boolean {
  return released === undefined;
}

export function holdsInForce({ holds }: Pick<CaseFile, "holds">): CaseHold[] {
  return holds?.all.filter(isInForce) ?? [];
}

/** Whether looks at it are left to its holds: what a rule made keeps notices back alone. */
export function looksGoOn({ cause }: Pick<CaseHold, "cause">): boolean {
  return cause === "HOLD_CAUSE_POLICE_FIRST";
}

/** Whether officers or a mark hold it: nobody is to learn anything of it. */
export function isHeldByPolice(file: Pick<CaseFile, "holds">): boolean {
  return holdsInForce(file).some((hold) => !looksGoOn(hold));
}

/** Whether it is not to be looked at at all: one that names how often lets looks go on, the first one too. */
export function isLookHeld(file: CaseFile | undefined): boolean {
  return file !== undefined && holdsInForce(file).some((hold) => !looksGoOn(hold) && hold.lookEveryMs === undefined);
}

/** An officer's hold. */
export function heldByOfficer(file: CaseFile, hold: Omit<CaseHold, "cause">): CaseFile | Refusal {
  const cause = "HOLD_CAUSE_OFFICER";
  if (isFull(file, cause)) return wrongState(`Officers hold it ${MOST_OF_A_CAUSE} times already. Renew one of these.`);
  return withHold(file, { ...hold, cause });
}

/** What a mark met is held once. Where many marks hold it already, the newest of these holds lasts as long as this one's would. */
export function heldByMark(file: CaseFile, mark: Pick<CaseHold, "holdId" | "by"> & { markId: string }, now: Date) {
  const { metMarks = [], holds } = file;
  if (metMarks.includes(mark.markId)) return file;
  const cause = "HOLD_CAUSE_MARK";
  const expireTime = new Date(now.getTime() + FIRST_MS);
  const met: CaseFile = { ...file, metMarks: [...metMarks, mark.markId].slice(-MET_KEPT) };
  if (!isFull(file, cause)) return withHold(met, { ...mark, cause, sinceTime: now, expireTime });
  const newest = holds?.all.findLast((hold) => hold.cause === cause && isInForce(hold));
  if (newest === undefined || !isWithin(newest, expireTime)) return met;
  return withChanged(met, newest.holdId, (hold) => ({ ...hold, expireTime: later(hold.expireTime, expireTime) }));
}

/** A rule's hold: once in a case. Police have heard of it then. */
export function heldByRule(file: CaseFile, hold: Pick<CaseHold, "holdId" | "by">, ms: number, now: Date): CaseFile {
  const cause = "HOLD_CAUSE_POLICE_FIRST";
  if (ms <= 0 || file.holds?.all.some((one) => one.cause === cause)) return file;
  return withHold(file, { ...hold, cause, sinceTime: now, expireTime: new Date(now.getTime() + ms) });
}

/** A person's word that it ends. `onlyWaiting`: a supervisor's, which ends what waits for one. */
export function released(
  file: CaseFile,
  holdId: string,
  { by, reason, onlyWaiting }: { by: string; reason: Sealed; onlyWaiting: boolean },
  now: Date,
): CaseFile | Refusal {
  const hold = file.holds?.all.find((one) => one.holdId === holdId);
  if (hold === undefined) return wrongState("It has no such hold, or it is long over. List its holds.");
  if (!isInForce(hold)) return wrongState("This hold is released already.");
  if (onlyWaiting && hold.waitsForSupervisor !== true) {
    return wrongState("It does not wait for a supervisor: police release it, or its time does.");
  }
  return withChanged(file, holdId, (one) => ended(one, { time: now, by, reason }));
}

/**
 * What is over by time ends by itself. Where life is at risk what police or a mark hold waits for a supervisor, as long as
 * that is so; what a rule made does not.
 */
export function withExpired(file: CaseFile, now: Date): CaseFile {
  return holdsInForce(file)
    .filter((hold) => isDue(hold, file, now))
    .reduce((before, { holdId, cause }) => {
      const waits = isLifeAtRisk(file) && cause !== "HOLD_CAUSE_POLICE_FIRST";
      return withChanged(before, holdId, (hold) =>
        waits ? { ...hold, waitsForSupervisor: true } : ended(hold, { time: now }),
      );
    }, file);
}

/** When the next of its holds ends by itself; undefined while none does. */
export function holdDueTime(file: CaseFile): Date | undefined {
  const times = holdsInForce(file).filter((hold) => !isWaiting(hold, file));
  return earliest(times.map(({ expireTime }) => expireTime));
}

/** When the next of its holds ends, or ended if it waits for a supervisor; undefined when none is in force. */
export function holdOrder(file: CaseFile): Date | undefined {
  return earliest(holdsInForce(file).map(({ expireTime }) => expireTime));
}

/** One hold changed, all else as it was. */
export function withChanged(file: CaseFile, holdId: string, change: (hold: CaseHold) => CaseHold): CaseFile {
  const { holds } = file;
  if (holds === undefined) return file;
  return { ...file, holds: { ...holds, all: holds.all.map((one) => (one.holdId === holdId ? change(one) : one)) } };
}

/** How many marks a case remembers to have met. */
const MET_KEPT = 200;

function isFull(file: CaseFile, cause: HoldCause): boolean {
  return holdsInForce(file).filter((hold) => hold.cause === cause).length >= MOST_OF_A_CAUSE;
}

/** Whether it would last no longer in all than one may without two others' word. */
export function isWithin({ sinceTime }: Pick<CaseHold, "sinceTime">, expireTime: Date): boolean {
  return expireTime.getTime() <= sinceTime.getTime() + LONGEST_MS;
}

// The oldest that are over make room; how long they kept the case is still told.
function withHold(file: CaseFile, hold: CaseHold): CaseFile {
  const holds = file.holds ?? { all: [] };
  if (holds.all.some(({ holdId }) => holdId === hold.holdId)) return file;
  return { ...file, holds: trimmed({ ...holds, all: [...holds.all, hold] }) };
}

function trimmed(holds: Holds): Holds {
  const oldest = holds.all.find((hold) => !isInForce(hold));
  if (holds.all.length <= KEPT || oldest === undefined) return holds;
  const { ms = 0, until = new Date(0) } = holds.earlier ?? {};
  const [from, to] = [later(oldest.sinceTime, until), later(oldest.released?.time ?? until, until)];
  const earlier = { ms: ms + Math.max(0, to.getTime() - from.getTime()), until: to };
  return trimmed({ all: holds.all.filter((hold) => hold !== oldest), earlier });
}

function ended(hold: CaseHold, how: NonNullable<CaseHold["released"]>): CaseHold {
  const { proposed: _, waitsForSupervisor: __, ...rest } = hold;
  return { ...rest, released: how };
}

function isDue(hold: CaseHold, file: CaseFile, now: Date): boolean {
  return hold.expireTime <= now && !isWaiting(hold, file);
}

function isWaiting({ waitsForSupervisor }: CaseHold, file: CaseFile): boolean {
  return waitsForSupervisor === true && isLifeAtRisk(file);
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

function earliest(times: readonly Date[]): Date | undefined {
  return times.length === 0 ? undefined : new Date(Math.min(...times.map((time) => time.getTime())));
}
