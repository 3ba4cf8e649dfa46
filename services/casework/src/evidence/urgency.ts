import type { Hit } from "@ntd/proto/matching/v1/match";
import type { Schemes } from "@ntd/schemes";
import { knownHits } from "../policies/policy.ts";

/**
 * How urgent the worst is that lists call it, 0 the most: for the order of work alone. What may be of anything says
 * nothing here. Undefined where no scheme says.
 */
export function urgencyOf(schemes: Schemes, hits: readonly Hit[]): number | undefined {
  const said = knownHits(hits).flatMap(({ classification }) =>
    classification === undefined ? [] : (schemes.urgencyOf(classification) ?? []),
  );
  return said.length === 0 ? undefined : Math.min(...said);
}
