import { isByMachine } from "@ntd/facts";
import { DEFAULT_THRESHOLDS } from "@ntd/imagehash/compare";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import { judgementOf } from "../policies/judgement.ts";

/** A set, its policy, and the one that would take its place; without that the set finds nothing any more. */
export interface OtherPolicy {
  setId: string;
  policy: SetPolicy;
  proposed?: SetPolicy;
}

/**
 * What another policy of a set would have made of a case: "decides" where a machine would decide what none did, as
 * "against_person" where a person said otherwise and "waiting" where nobody decided yet; "waits" where a machine decided
 * and would not. It is the rule by which machines decide, on the same hits, under either policy: what else keeps a
 * machine from deciding (a brake, a breaker) is no matter of the policy.
 */
export function otherwiseUnder(file: CaseFile, other: OtherPolicy): Otherwise {
  const [before, after] = [decidesUnder(file, other, other.policy), decidesUnder(file, other, other.proposed)];
  const last = toldDecisions(file).at(-1);
  const wasMachine = last !== undefined && isByMachine(last);
  if (before && !after) return wasMachine && file.doubt === undefined ? "waits" : "same";
  // Beside a person's NOT_ILLEGAL on the same bytes no machine decides.
  if (before || !after || wasMachine || file.precedent !== undefined) return "same";
  if (last === undefined) return "waiting";
  return last.verdict === "VERDICT_ILLEGAL" ? "decides" : "against_person";
}

export type Otherwise = "same" | "decides" | "against_person" | "waiting" | "waits";

function decidesUnder(file: CaseFile, other: OtherPolicy, policy: SetPolicy | undefined): boolean {
  const { target, match } = file;
  if (match === undefined) return false;
  const hits = match.hits.flatMap((hit) => {
    if (hit.setId !== other.setId) return [hit];
    return policy === undefined ? [] : hitUnder(hit, other.policy, policy);
  });
  return judgementOf({ target, match: { ...match, hits } }).kind === "automatic";
}

function hitUnder(hit: Hit, before: SetPolicy, policy: SetPolicy): Hit[] {
  if (!isWithin(hit, before, policy)) return [];
  const { autoIssue, minVotes, weakEquality } = policy;
  const isWeak = hit.weakEqualityDecides !== undefined;
  const decides = weakEquality === "WEAK_EQUALITY_DECIDES";
  return [{ ...hit, autoIssue, minVotes, ...(isWeak && { weakEqualityDecides: decides }) }];
}

function isWithin(hit: Hit, before: SetPolicy, policy: SetPolicy): boolean {
  const [was, is] = [before.thresholds ?? DEFAULT_THRESHOLDS, policy.thresholds ?? DEFAULT_THRESHOLDS];
  // Where two recipes are compared, the threshold is lower by what lies between them.
  const drift = (threshold: number) => (hit.crossRecipe === true ? Math.max(0, threshold - hit.threshold) : 0);
  const detail = Math.min(hit.queryQuality, hit.entryQuality);
  if (hit.algorithm === "ALGORITHM_PDQ") return hit.distance <= is.pdq - drift(was.pdq) && detail >= is.pdqQuality;
  if (hit.algorithm !== "ALGORITHM_BLOCKHASH256") return true;
  return hit.distance <= is.blockhash - drift(was.blockhash) && detail >= is.blockhashTransitions;
}
