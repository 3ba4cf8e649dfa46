import { isSamePerson, personsFor } from "@ntd/facts";
import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { EntriesImpact } from "@ntd/proto/hashlists/v1/impact";

/** So many entries one person takes back alone; more take a second one. */
export const ONE_PERSON = 10;

/** Entries of a set that somebody takes back. Their ids hang on `part`, written before this is. */
export interface RevocationState {
  schemaVersion: 1;
  revocationId: string;
  setId: string;
  reason: string;
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
  stage: RevocationStage;
  /** What stood on it while it waited; absent: not known. */
  impact?: EntriesImpact;
}

/** Approved is what needs no person any more: one who suffices, or a second one. */
export type RevocationStage =
  | { name: "pending" }
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

type Asked = Omit<RevocationState, "schemaVersion" | "stage">;

/** A revocation as it is asked for. One that takes back nothing new is in effect as the set is. */
export function newRevocation(asked: Asked, counter: number): RevocationState {
  const { entryCount, requestedTime } = asked;
  return { schemaVersion: 1, ...asked, stage: firstStage(entryCount, counter, requestedTime) };
}

function firstStage(entryCount: number, counter: number, time: Date): RevocationStage {
  if (entryCount === 0) return { name: "effective", counter, time };
  return { name: takesTwo(entryCount) ? "pending" : "approved" };
}

function takesTwo(entryCount: number): boolean {
  return personsFor([entryCount > ONE_PERSON ? "revoke_many_entries" : "revoke_few_entries"]) === 2;
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

/** Notes what the set's document says; undefined when that is noted. */
export function takeEffect(revocation: RevocationState, { counter, time }: TakenEffect): RevocationState | undefined {
  const { stage } = revocation;
  if (stage.name !== "approved") return undefined;
  return { ...revocation, stage: { ...stage, name: "effective", counter, time } };
}

/** Whose word it is, "{kind}/{name}": who asked for it, and who approved it where that took somebody. */
export function revokedBy({ requestedBy, stage }: RevocationState): string[] {
  return stage.name === "pending" || stage.approval === undefined ? [requestedBy] : [requestedBy, stage.approval.by];
}

/** The revocation as it was when it had been asked for, whatever became of it since. */
export function asAsked(revocation: RevocationState): RevocationState {
  return takesTwo(revocation.entryCount) ? { ...revocation, stage: { name: "pending" } } : revocation;
}

/** Orders the revocations in effect of a set by their counters. */
export function effectKey(setId: string, counter: number): string {
  return `${setId} ${String(counter).padStart(16, "0")}`;
}
