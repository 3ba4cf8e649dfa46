import type { Met, Stop, Target } from "../targets/target-state.ts";

/** Nobody but the end of a hold wakes what met a mark; should that be lost it is asked again. */
const ASK_AGAIN_MS = 3_600_000;

/** What police ask of looks now, if anything. */
export function stopOf({ holds, episode }: Pick<Target, "holds" | "episode">): Stop | undefined {
  return holds?.episode === episode ? holds.stops : undefined;
}

/** Whether police ask that nobody look. */
export function isStopped(target: Pick<Target, "holds" | "episode">): boolean {
  const stop = stopOf(target);
  return stop !== undefined && stop.everyMs === undefined;
}

/** Whether it waits for police's word, or is looked at as rarely as they ask. */
export function isHeld(target: Pick<Target, "holds" | "episode" | "met">): boolean {
  return stopOf(target) !== undefined || target.met !== undefined;
}

/** When it is to be looked at, as police allow; a claim that was given lasts to the end of its lease. */
export function dueOf(target: Target): Date | undefined {
  return target.work.claimedUntil === undefined ? allowed(target) : target.work.dueAt;
}

/** The same once no claim is in the way. */
export function allowed({ work: { dueAt }, met, ...target }: Target): Date | undefined {
  if (dueAt === undefined) return undefined;
  const stop = stopOf(target);
  if (stop !== undefined) return stop.everyMs === undefined ? undefined : later(dueAt, stop.since, stop.everyMs);
  return met === undefined ? dueAt : later(dueAt, met.time, ASK_AGAIN_MS);
}

/** A look begins: the next one waits as police ask. */
export function lookBegun(target: Target, now: Date): Target {
  const stop = stopOf(target);
  if (target.holds === undefined || stop === undefined) return target;
  return { ...target, holds: { ...target.holds, stops: { ...stop, since: now } } };
}

/** It met a mark before its first look. Whose holds were told since it was asked is asked anew at once. */
export function withMet(target: Target, met: Met, askedOf: Target): Target {
  const [told, known] = [target.holds, askedOf.holds];
  const isNews = told?.version !== known?.version || told?.episode !== known?.episode;
  return isNews ? target : { ...target, met };
}

/** It meets none any more. */
export function withoutMet(target: Target): Target {
  const { met: _, ...rest } = target;
  return rest;
}

function later(dueAt: Date, since: Date, pauseMs: number): Date {
  return new Date(Math.max(dueAt.getTime(), since.getTime() + pauseMs));
}
