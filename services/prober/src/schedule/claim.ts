import { latestLeaseEnd } from "@ntd/service";
import { earlier } from "./bundle.ts";
import { lookBegun } from "../holds/holds.ts";
import type { Target, Work } from "../targets/target-state.ts";

/** Claims that come to no end before a person must look. */
export const MAX_ATTEMPTS = 5;

/** Takes the target for one probe: nobody else does until the lease ends. */
export function claimed(target: Target, now: Date, leaseMs: number): Target {
  const { work } = target;
  const until = new Date(now.getTime() + leaseMs);
  const { bundledUntil: _, ...rest } = lookBegun(target, now);
  return {
    ...rest,
    work: {
      ...work,
      attempts: work.attempts + 1,
      claim: work.claim + 1,
      wantedAtClaim: work.wanted,
      claimedUntil: until,
      dueAt: until,
    },
  };
}

/** The claim of a look that takes longer goes on. */
export function renewed(target: Target, now: Date, leaseMs: number): Target {
  const until = new Date(now.getTime() + leaseMs);
  return { ...target, work: { ...target.work, claimedUntil: until, dueAt: until } };
}

/** The lease of a process that died while its clock was ahead is over at once. Undefined for any other target. */
export function freed(target: Target, now: Date, leaseMs: number): Target | undefined {
  const { work } = target;
  if (work.claimedUntil === undefined || work.claimedUntil <= latestLeaseEnd(now, leaseMs)) return undefined;
  return { ...target, work: { ...work, claimedUntil: now, dueAt: now } };
}

/** The end of a claim with an outcome. What asked for a probe meanwhile makes the target due at once, in its lane. */
export function done(target: Target, now: Date, nextDue: Date | undefined): Target {
  const work = { ...target.work, attempts: 0, peerFailures: 0 };
  if (work.wanted !== work.wantedAtClaim) return { ...target, work: rested(work, now) };
  const { lane: _, ...unasked } = work;
  const { bundledUntil } = target;
  return { ...target, work: rested(unasked, bundledUntil === undefined ? nextDue : earlier(nextDue, bundledUntil)) };
}

/** The end of a claim that is given back, by a stopping process or for want of room: as if it had not been taken. */
export function released(target: Target, due: Date): Target {
  const { work } = target;
  return { ...target, work: rested({ ...work, attempts: Math.max(0, work.attempts - 1) }, due) };
}

/** Not looked at now, for the hosts of many are full: its place is behind them. */
export function putOff(target: Target, due: Date): Target {
  return { ...target, work: { ...target.work, dueAt: due } };
}

/** Our own fingerprint service does not answer: that says nothing about the address, which is tried again later. */
export function postponed(target: Target, now: Date): Target {
  const { work } = target;
  const pauseMs = Math.min(300_000, 1000 * 2 ** Math.min(work.peerFailures, 10));
  const next = { ...work, attempts: 0, peerFailures: work.peerFailures + 1 };
  return { ...target, work: rested(next, new Date(now.getTime() + pauseMs)) };
}

/** A probe that failed without a name: tried again soon, and counted. */
export function failedOnce(target: Target, now: Date): Target {
  const { work } = target;
  return { ...target, work: rested(work, new Date(now.getTime() + 1000 * 2 ** work.attempts)) };
}

function rested(work: Work, due: Date | undefined): Work {
  const { claimedUntil: _claim, dueAt: _due, ...rest } = work;
  return { ...rest, ...(due !== undefined && { dueAt: due }) };
}
