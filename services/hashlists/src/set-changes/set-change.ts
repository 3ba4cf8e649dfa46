import { isSamePerson, personsFor, type Step } from "@ntd/facts";
import type { FeedRecipient, SetMember, SetTerms } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { PolicyEffect } from "@ntd/proto/hashlists/v1/impact";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { policyNow, withExpiry } from "../sets/expiry.ts";
import { withStep } from "../sets/in-force.ts";
import { activate, retire, type HashSetState } from "../sets/hash-set.ts";
import { withOvertaken } from "./overtaken.ts";

/** What somebody wants of a set itself: each part whole, in place of what there is. */
export interface Wanted {
  policy?: SetPolicy;
  members?: SetMember[];
  terms?: SetTerms;
  /** An earlier release that is to be in force again; nothing else comes with it. */
  rollback?: { releaseId: string; entryCount: number };
  /** Nothing of the set is to be in force any more; nothing else comes with it. */
  retire?: true;
  recipients?: FeedRecipient[];
}

export interface SetChangeState extends Wanted {
  changeId: string;
  /** Of the request that proposed it. */
  digest: string;
  reason: string;
  proposedBy: string;
  proposedTime: Date;
  stage: Stage;
  /** Of another policy: what it would have decided; absent: not known. */
  effect?: PolicyEffect;
}

type Stage =
  | { name: "pending" }
  | { name: "in_force"; by: string; time: Date; counter: number }
  | { name: "rejected"; by: string; time: Date }
  | { name: "overtaken"; time: Date };

/** The newest of a set. */
const KEPT = 50;

/** Adds a proposal; the name of the problem when too many wait. */
export function propose(
  set: HashSetState,
  proposal: Omit<SetChangeState, "stage" | "schemaVersion">,
): HashSetState | "TOO_MANY" {
  const before = set.changes ?? [];
  if (before.filter(isPending).length >= MOST_PENDING) return "TOO_MANY";
  const change: SetChangeState = { ...proposal, stage: { name: "pending" } };
  // What waits is never forgotten for what is over.
  const over = before.filter((one) => !isPending(one)).slice(-(KEPT - MOST_PENDING));
  return { ...set, changes: [...before.filter((one) => isPending(one) || over.includes(one)), change] };
}

/** More are no proposals any more. */
const MOST_PENDING = 10;

/**
 * Brings a proposal into force by a second person's word. What else waits and would take a part of it back unseen is
 * overtaken. Another policy, another release and the set's end raise its counter: hits may be others.
 */
export function approveChange(
  set: HashSetState,
  changeId: string,
  by: string,
  now: Date,
): HashSetState | "NOT_FOUND" | "WRONG_STATE" | "SAME_PERSON" {
  const change = changeOf(set, changeId);
  if (change === undefined) return "NOT_FOUND";
  if (!isPending(change)) return "WRONG_STATE";
  if (personsFor([stepOf(change)]) === 2 && isSamePerson(change.proposedBy, by)) return "SAME_PERSON";
  const next = withChange(set, change, by, now);
  if (next === undefined) return "WRONG_STATE";
  const stage: Stage = { name: "in_force", by, time: now, counter: next.counter };
  const changes = (next.changes ?? []).map((one) => (one.changeId === changeId ? { ...one, stage } : one));
  return { ...next, changes };
}

function stepOf({ rollback, retire: retires }: Wanted): Step {
  if (retires) return "retire_set";
  return rollback === undefined ? "change_set" : "roll_back_set";
}

// Undefined where it is so already.
function withChange(set: HashSetState, change: SetChangeState, by: string, now: Date): HashSetState | undefined {
  if (change.retire) return retire(set, by, now);
  if (change.rollback !== undefined) return activate(set, change.rollback, by, now);
  const { policy = set.policy, members = set.members, terms = set.terms, recipients = set.recipients } = change;
  const counter = set.counter + (change.policy === undefined ? 0 : 1);
  const { releaseId = "", entryCount = 0 } = set.active ?? {};
  const overtaken = withOvertaken(set, (one) => touchesSame(one, change), now);
  const kept = { ...(members && { members }), ...(terms && { terms }), ...(recipients && { recipients }) };
  const next = { ...overtaken, policy, counter, ...kept };
  if (change.policy === undefined) return next;
  const after = withExpiry(next, now);
  return { ...after, history: withStep(set, { counter, releaseId, entryCount, policy: policyNow(after) }) };
}

/** Ends a proposal; one person's word is enough. */
export function rejectChange(
  set: HashSetState,
  changeId: string,
  by: string,
  now: Date,
): HashSetState | "NOT_FOUND" | "WRONG_STATE" {
  const change = changeOf(set, changeId);
  if (change === undefined) return "NOT_FOUND";
  if (!isPending(change)) return "WRONG_STATE";
  const stage: Stage = { name: "rejected", by, time: now };
  const changes = (set.changes ?? []).map((one) => (one.changeId === changeId ? { ...one, stage } : one));
  return { ...set, changes };
}

export function changeOf(
  { changes = [] }: Pick<HashSetState, "changes">,
  changeId: string,
): SetChangeState | undefined {
  return changes.find((one) => one.changeId === changeId);
}

function isPending({ stage }: SetChangeState): boolean {
  return stage.name === "pending";
}

function touchesSame(one: Wanted, other: Wanted): boolean {
  const parts = ["policy", "members", "terms", "recipients"] as const;
  return parts.some((part) => one[part] !== undefined && other[part] !== undefined);
}
