import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { Hit } from "@ntd/proto/matching/v1/match";

const LIKENESS: ReadonlySet<Algorithm> = new Set(["ALGORITHM_PDQ", "ALGORITHM_BLOCKHASH256"]);

/**
 * The rule: a hit in a negative set, by whatever algorithm, speaks against every hit by likeness in the other sets,
 * unless the bytes themselves equal those listed in a positive set. Each vetoed hit names the set of the strongest
 * negative one. Hits are given the strongest first; equality of bytes is never vetoed.
 */
export function withVetoes(hits: readonly Hit[]): Hit[] {
  const negative = hits.find(isNegative);
  const equalBytes = hits.some((hit) => !isNegative(hit) && isCryptographic(hit.algorithm));
  if (negative === undefined || equalBytes) return hits.map((hit) => ({ ...hit, vetoedBySet: "" }));
  return hits.map((hit) => ({
    ...hit,
    vetoedBySet: LIKENESS.has(hit.algorithm) && !isNegative(hit) ? negative.setId : "",
  }));
}

/** A role that is not known yet speaks against, too: a person will see. */
export function isNegative({ setRole }: Hit): boolean {
  return setRole !== "SET_ROLE_POSITIVE";
}

function isCryptographic(algorithm: Algorithm): boolean {
  return !LIKENESS.has(algorithm) && algorithm !== "ALGORITHM_UNSPECIFIED" && algorithm !== "UNRECOGNIZED";
}
