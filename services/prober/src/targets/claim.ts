import type { Target, Work } from "./target-state.ts";

/** Claims that come to no end before a person must look. */
export const MAX_ATTEMPTS = 5;

/** Takes the target for one probe: nobody else does until the lease ends. */
export function claimed(target: Target, now: Date, leaseMs: number): Target {
  const { work } = target;
  const until = new Date(now.getTime() + leaseMs);
  return {
    ...target,
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

/** The end of a claim with an outcome. What asked for a probe meanwhile makes the target due at once. */
export function done(target: Target, now: Date, nextDue: Date | undefined): Target {
  const { work } = target;
  const due = work.wanted === work.wantedAtClaim ? nextDue : now;
  return { ...target, work: rested({ ...work, attempts: 0, peerFailures: 0 }, due) };
}

/** The end of a claim that a stopping process gives back: as if it had not been taken. */
export function released(target: Target, now: Date): Target {
  const { work } = target;
  return { ...target, work: rested({ ...work, attempts: Math.max(0, work.attempts - 1) }, now) };
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
