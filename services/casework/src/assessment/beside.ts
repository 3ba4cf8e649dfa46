import type { MadeDecision } from "@ntd/proto/casework/v1/assessment_service";
import type { Case } from "@ntd/proto/casework/v1/case";
import type { Neighbour, Schemes } from "@ntd/schemes";

const MOST = 50;

/** What codes of other schemes say beside those that are told of a case: by its hits, and by the decisions that are shown. */
export function besideOf(
  schemes: Schemes,
  told: Pick<Case, "hits"> | undefined,
  decisions: readonly MadeDecision[],
): Neighbour[] {
  const ofHits = (told?.hits ?? []).flatMap(({ classification }) => classification ?? []);
  const ofDecisions = decisions.flatMap(({ decision }) => decision?.classifications ?? []);
  const all = [...ofHits, ...ofDecisions].flatMap((said) => schemes.neighboursOf(said));
  return [...new Set(all)].slice(0, MOST);
}
