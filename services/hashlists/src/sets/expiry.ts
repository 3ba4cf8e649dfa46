import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import type { HashSetState } from "./hash-set.ts";
import { withStep } from "./in-force.ts";

const DAY_MS = 86_400_000;

/** When what is in force in a set is too old for a machine to decide by; undefined when it never is. */
export function expiresAt({ policy, active }: Pick<HashSetState, "policy" | "active">): Date | undefined {
  const { expiryDays } = policy;
  if (expiryDays === undefined || active === undefined) return undefined;
  return new Date(active.time.getTime() + expiryDays * DAY_MS);
}

/** When a set is to be looked at for that. */
export function expiryDueAt(set: HashSetState): Date | undefined {
  return set.expired === undefined ? expiresAt(set) : undefined;
}

/** The policy by which its hits count: of a list that is too old, or stands for one that is lost, no machine decides. */
export function policyNow({ policy, expired, lost }: Pick<HashSetState, "policy" | "expired" | "lost">): SetPolicy {
  return expired === undefined && lost === undefined ? policy : { ...policy, autoIssue: false };
}

/** The set as it is too old, or is not any more, by its policy as it is now. */
export function withExpiry(set: HashSetState, now: Date): HashSetState {
  const at = expiresAt(set);
  const isOver = at !== undefined && at <= now;
  if (isOver === (set.expired !== undefined)) return set;
  const { expired: _, ...rest } = set;
  return isOver ? { ...rest, expired: now } : rest;
}

/** A set that has become too old, with its next counter; undefined when it has not, or that is told. */
export function expire(set: HashSetState, now: Date): HashSetState | undefined {
  const next = withExpiry({ ...set, counter: set.counter + 1 }, now);
  if (next.expired === undefined || set.expired !== undefined) return undefined;
  const { counter, active: { releaseId, entryCount } = { releaseId: "", entryCount: 0 } } = next;
  return { ...next, history: withStep(set, { counter, releaseId, entryCount, policy: policyNow(next) }) };
}
