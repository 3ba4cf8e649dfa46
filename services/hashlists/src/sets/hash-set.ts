import type { FeedRecipient, ReleaseInfo, SetMember, SetTerms } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import type { AnsweredRequest } from "@ntd/rpc";
import { withStep, type InForce } from "./in-force.ts";
import type { SetChangeState } from "../set-changes/set-change.ts";
import { isOfMembersAlone, withOvertaken } from "../set-changes/overtaken.ts";
import type { RevocationState, TakenEffect } from "../revocations/revocation.ts";
import type { LetIn } from "../releases/let-in.ts";
import type { Standing } from "../standings/standing.ts";
import { packed, type ToldStandings } from "../standings/told-standings.ts";

/** A hash set: its policy and which of its releases is in force. */
export interface HashSetState {
  schemaVersion: 1;
  setId: string;
  policy: SetPolicy;
  createdBy: string;
  createdTime: Date;
  /** The scoped request id that created it, and what its body was. */
  createdRequest: string;
  createdDigest: string;
  /** Who may do what; absent in sets of earlier releases, see `membersOf`. */
  members?: SetMember[];
  terms?: SetTerms;
  /** Partners who get a feed of it; absent: nobody does. */
  recipients?: FeedRecipient[];
  /** What was proposed of it, the newest last; absent where nothing was. */
  changes?: SetChangeState[];
  /** Raised by every activation, revocation and other policy: what "searched through" is measured by. */
  counter: number;
  active?: { releaseId: string; entryCount: number; time: Date };
  /** Since when nothing of it is in force any more, and with which counter. */
  retired?: { by: string; time: Date; counter: number };
  /** Since when what is in force is too old for machines to decide by it, as its policy says; absent while it is not. */
  expired?: Date;
  /** What was in force and is not there any more, until somebody puts another release in force. */
  lost?: LostRelease;
  /** Newest last; one for each release, its latest. */
  activations: Activation[];
  /** What was in force from which counter on, newest last; absent in sets of version 0.2 until the next activation. */
  history?: InForce[];
  /** The newest revocation or restoration in effect. Those before it say so themselves. */
  lastRevocation?: TakenEffect;
  /** The counter of the newest restoration. */
  restoredCounter?: number;
  /** What releases changed that one approver each let in within the last 24 hours, and a little of what is older. */
  letIn?: readonly LetIn[];
  /** What was told last of what members say of its entries. What was told before they note themselves. */
  lastStandings?: ToldStandings;
  requests: AnsweredRequest<ReleaseInfo>[];
}

/** A release that a restore did not bring back, and since when that is known. */
export interface LostRelease {
  releaseId: string;
  entryCount: number;
  time: Date;
}

export interface Activation {
  releaseId: string;
  by: string;
  time: Date;
}

const KEPT_ACTIVATIONS = 500;

export function newSet(
  given: Pick<
    HashSetState,
    "setId" | "policy" | "createdBy" | "createdTime" | "createdRequest" | "createdDigest" | "members" | "terms"
  >,
): HashSetState {
  const history = [{ counter: 0, releaseId: "", entryCount: 0, policy: given.policy }];
  return { schemaVersion: 1, ...given, counter: 0, activations: [], history, requests: [] };
}

/**
 * Puts an approved release in force, also an earlier one; undefined when it is in force already. Whoever wanted an earlier
 * one knew nothing of it: that is overtaken.
 */
export function activate(
  set: HashSetState,
  release: { releaseId: string; entryCount: number },
  by: string,
  now: Date,
): HashSetState | undefined {
  const { releaseId, entryCount } = release;
  if (set.active?.releaseId === releaseId) return undefined;
  const others = set.activations.filter((activation) => activation.releaseId !== releaseId);
  const counter = set.counter + 1;
  const again = others.length < set.activations.length;
  const { expired: _, lost: __, ...renewed } = set;
  return {
    ...withOvertaken(renewed, ({ rollback }) => rollback !== undefined, now),
    counter,
    active: { releaseId, entryCount, time: now },
    activations: [...others, { releaseId, by, time: now }].slice(-KEPT_ACTIVATIONS),
    history: withStep(set, { counter, releaseId, entryCount, policy: set.policy, activated: { by, time: now, again } }),
  };
}

/** Ends a set: nothing of it is in force from its next counter on, and what else waits, but for its members alone, is overtaken. */
export function retire(set: HashSetState, by: string, now: Date): HashSetState {
  const counter = set.counter + 1;
  const { active: _, expired: __, ...rest } = set;
  return {
    ...withOvertaken(rest, (change) => !isOfMembersAlone(change), now),
    counter,
    retired: { by, time: now, counter },
    history: withStep(set, { counter, releaseId: "", entryCount: 0, policy: set.policy }),
  };
}

/** Lets a revocation or a restoration take effect. */
export function revoke(
  set: HashSetState,
  { revocationId, restores }: Pick<RevocationState, "revocationId" | "restores">,
  now: Date,
): HashSetState {
  const counter = set.counter + 1;
  const lastRevocation = { revocationId, counter, time: now };
  return { ...set, counter, lastRevocation, ...(restores && { restoredCounter: counter }) };
}

/** Tells how some of its entries stand by what members say of them. */
export function standingsTold(
  set: HashSetState,
  standings: readonly { entryId: string; standing: Standing }[],
): HashSetState {
  const counter = set.counter + 1;
  return { ...set, counter, lastStandings: packed(counter, standings) };
}
