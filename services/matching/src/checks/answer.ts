import type { HashAnswer, HashMatch } from "@ntd/proto/matching/v1/check_service";
import type { CheckTerms } from "@ntd/proto/hashlists/v1/release";
import type { Hit } from "@ntd/proto/matching/v1/match";
import type { Finding } from "./check-search.ts";

const MOST_MATCHES = 10;

/**
 * What a platform is told of one hash: of each set no more than its terms allow, and of no set which entry it is.
 *
 * @param termsOf the terms of the sets that were asked, by their ids.
 */
export function answerOf(finding: Finding, termsOf: (setId: string) => CheckTerms | undefined): HashAnswer {
  if ("notJudged" in finding) return { ...unknown, verdict: "HASH_VERDICT_NOT_JUDGED", reason: finding.notJudged };
  const { hits } = finding;
  if (hits.length === 0) return unknown;
  const matches = new Map<string, HashMatch>();
  for (const hit of hits) {
    if (termsOf(hit.setId) !== "CHECK_TERMS_EXPLAINED") continue;
    const [before, match] = [matches.get(hit.setId), matchOf(hit)];
    // Hits come the strongest first; one that decides is told before one that only nominates.
    if (before === undefined || (before.nominatesOnly && !match.nominatesOnly)) matches.set(hit.setId, match);
  }
  return {
    verdict: "HASH_VERDICT_KNOWN",
    reason: "NOT_JUDGED_REASON_UNSPECIFIED",
    nominatesOnly: hits.every(onlyNominates),
    matches: [...matches.values()].slice(0, MOST_MATCHES),
  };
}

const unknown: HashAnswer = {
  verdict: "HASH_VERDICT_NOT_KNOWN",
  reason: "NOT_JUDGED_REASON_UNSPECIFIED",
  nominatesOnly: false,
  matches: [],
};

function matchOf(hit: Hit): HashMatch {
  const { setId, algorithm, threshold, classification } = hit;
  const distance = bandOf(hit);
  return { setId, algorithm, distance, threshold, classification, nominatesOnly: onlyNominates(hit) };
}

// Who is told how far, bit by bit, finds the listed hash itself by turning the bits of theirs: so it is the same, at most
// half as far as the threshold, or within it.
function bandOf({ distance, threshold }: Hit): number {
  const half = Math.floor(threshold / 2);
  if (distance === 0) return 0;
  return distance <= half ? half : threshold;
}

// What decides nothing here must not act alone elsewhere.
function onlyNominates(hit: Hit): boolean {
  const isWeak = hit.algorithm === "ALGORITHM_MD5" || hit.algorithm === "ALGORITHM_SHA1";
  const isVetoed = (hit.vetoedBySet ?? "") !== "";
  const isWeakAlone = isWeak && hit.weakEqualityDecides !== true;
  const isUnsure = hit.nominatesOnly === true || hit.disputed === true;
  return isUnsure || isVetoed || isWeakAlone || hit.votes < hit.minVotes;
}
