import type { AssessPolicyResponse } from "@ntd/proto/casework/v1/list_impact_service";
import type { PolicyEffect } from "@ntd/proto/hashlists/v1/impact";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { DEFAULT_THRESHOLDS } from "@ntd/imagehash/compare";
import type { HashSetState } from "../sets/hash-set.ts";
import { unassessed } from "./unassessed.ts";

/** Notes what a proposal would have decided; undefined when that is known, or nobody decides it any more. */
export function withEffect(set: HashSetState, changeId: string, effect: PolicyEffect): HashSetState | undefined {
  if (!unassessed(set).some((one) => one.changeId === changeId)) return undefined;
  const changes = (set.changes ?? []).map((one) => (one.changeId === changeId ? { ...one, effect } : one));
  return { ...set, changes };
}

export function effectOf(
  answer: AssessPolicyResponse,
  { before, proposed, now }: { before: SetPolicy; proposed: SetPolicy | undefined; now: Date },
): PolicyEffect {
  return { ...answer, assessedTime: now, findsMore: proposed !== undefined && findsMore(before, proposed) };
}

/** Whether the thresholds proposed find what those before do not: of that no case knows yet. */
export function findsMore(before: SetPolicy, proposed: SetPolicy): boolean {
  const [was, is] = [before.thresholds ?? DEFAULT_THRESHOLDS, proposed.thresholds ?? DEFAULT_THRESHOLDS];
  const isFarther = is.pdq > was.pdq || is.blockhash > was.blockhash;
  const isLower = is.pdqQuality < was.pdqQuality || is.blockhashTransitions < was.blockhashTransitions;
  return isFarther || isLower || before.recipe !== proposed.recipe;
}
