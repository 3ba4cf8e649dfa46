import { isSamePerson } from "@ntd/facts";
import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { EntriesImpact } from "@ntd/proto/hashlists/v1/impact";
import { personsByCount } from "./taken-alone.ts";

/** Entries of a set that somebody takes back, or gives back. Their ids hang on `part`, written before this is. */
export interface RevocationState {
  schemaVersion: 1;
  revocationId: string;
  setId: string;
  reason: string;
  /** It gives back what was taken back. */
  restores?: true;
  /** Absent in revocations of release 0.2. */
  cause?: RevocationCause;
  requestedBy: string;
  requestedTime: Date;
  /** Of the request that asked for it. */
  digest: string;
  part: string;
  /** Without those that were revoked already when it was asked for. */
  entryCount: number;
  alreadyRevoked: number;
  /** How many it takes; absent in revocations of earlier releases, of which the number of entries tells it. */
  persons?: 1 | 2;
  /** How many entries who asks for it had taken back alone in the 24 hours before, in all sets together. */
  takenAlone?: number;
  /** Entries of the same files beside the named ones; absent: not counted. */
  sameFiles?: number;
  /** It takes them, too. */
  withItsFiles?: true;
  stage: RevocationStage;
  /** What stood on it while it waited; absent: not known. */
  impact?: EntriesImpact;
}

/** Approved is what needs no person any more: one who suffices, or a second one. */
export type RevocationStage =
  | { name: "pending" }
  | { name: "withdrawn"; by: string; time: Date }
  | { name: "approved"; approval?: RevocationApproval }
  | { name: "effective"; approval?: RevocationApproval; counter: number; time: Date };

export interface RevocationApproval {
  by: string;
  time: Date;
  requestId: string;
}

/** Where a set says that a revocation took effect: with this counter of its own. */
export interface TakenEffect {
  revocationId: string;
  counter: number;
  time: Date;
}

type Asked = Omit<RevocationState, "schemaVersion" | "stage" | "persons"> & { persons: 1 | 2 };

/** A revocation as it is asked for. One that takes back nothing new is in effect as the set is. */
export function newRevocation(asked: Asked, counter: number): RevocationState {
  const { entryCount, requestedTime: time, persons } = asked;
  const stage: RevocationStage =
    entryCount === 0 ? { name: "effective", counter, time } : { name: persons === 2 ? "pending" : "approved" };
  return { schemaVersion: 1, ...asked, stage };
}

/** Approves it by a second person; the name of the problem when that cannot be. */
export function approveRevocation(
  revocation: RevocationState,
  approval: RevocationApproval,
): RevocationState | "WRONG_STATE" | "SAME_PERSON" {
  if (revocation.stage.name !== "pending") return "WRONG_STATE";
  if (isSamePerson(revocation.requestedBy, approval.by)) return "SAME_PERSON";
  return { ...revocation, stage: { name: "approved", approval } };
}

/** Ends one that waits for another person; undefined when it does not wait any more. */
export function withdrawRevocation(revocation: RevocationState, by: string, time: Date): RevocationState | undefined {
  if (revocation.stage.name !== "pending") return undefined;
  return { ...revocation, stage: { name: "withdrawn", by, time } };
}

/** Notes what the set's document says; undefined when that is noted. */
export function takeEffect(revocation: RevocationState, { counter, time }: TakenEffect): RevocationState | undefined {
  const { stage } = revocation;
  if (stage.name !== "approved") return undefined;
  return { ...revocation, stage: { ...stage, name: "effective", counter, time } };
}

/** Who approved it, where it took somebody. */
export function approvalOf(stage: RevocationStage): RevocationApproval | undefined {
  return "approval" in stage ? stage.approval : undefined;
}

/** Whose word it is, "{kind}/{name}": who asked for it, and who approved it where that took somebody. */
export function revokedBy({ requestedBy, stage }: RevocationState): string[] {
  const approval = approvalOf(stage);
  return approval === undefined ? [requestedBy] : [requestedBy, approval.by];
}

/** The revocation as it was when it had been asked for, whatever became of it since. */
export function asAsked(revocation: RevocationState): RevocationState {
  const { entryCount, persons = personsByCount(entryCount) } = revocation;
  return persons === 2 && entryCount > 0 ? { ...revocation, stage: { name: "pending" } } : revocation;
}
