import { isSamePerson, personsFor } from "@ntd/facts";
import type { SetMember, SetTerms } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { PolicyEffect } from "@ntd/proto/hashlists/v1/impact";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { withStep } from "../sets/in-force.ts";
import type { HashSetState } from "../sets/hash-set.ts";

/** What somebody wants of a set itself: each part whole, in place of what there is. */
export interface Wanted {
  policy?: SetPolicy;
  members?: SetMember[];
  terms?: SetTerms;
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
 * overtaken. Another policy raises the set's counter: hits may be others.
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
  if (personsFor(["change_set"]) === 2 && isSamePerson(change.proposedBy, by)) return "SAME_PERSON";
  const { policy = set.policy, members = set.members, terms = set.terms } = change;
  const counter = set.counter + (change.policy === undefined ? 0 : 1);
  const stage: Stage = { name: "in_force", by, time: now, counter };
  const changes = (set.changes ?? []).map((one) => {
    if (one.changeId === changeId) return { ...one, stage };
    return isPending(one) && touchesSame(one, change)
      ? { ...one, stage: { name: "overtaken", time: now } as const }
      : one;
  });
  const { releaseId = "", entryCount = 0 } = set.active ?? {};
  const step = { counter, releaseId, entryCount, policy };
  const history = change.policy === undefined ? set.history : withStep(set, step);
  return {
    ...set,
    policy,
    counter,
    changes,
    ...(members && { members }),
    ...(terms && { terms }),
    ...(history && { history }),
  };
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
  return (["policy", "members", "terms"] as const).some((part) => one[part] !== undefined && other[part] !== undefined);
}
