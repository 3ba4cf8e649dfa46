import type { Hit } from "@ntd/proto/matching/v1/match";
import { isDerived } from "../policies/policy.ts";
import type { SeenMatch } from "./seen.ts";

/** Without release and entry ids: the same list uploaded again is no new evidence. */
export function hitKey(hit: Hit): string {
  return JSON.stringify([hit.setRole, hit.setId, hit.algorithm, hit.distance]);
}

/** The same for what a page shows. */
export function itemKeys({ page }: Pick<SeenMatch, "page">): string[] {
  const ofItem = (id: string, hits: readonly Hit[]) => hits.map((hit) => JSON.stringify([id, hitKey(hit)]));
  return (page?.items ?? []).flatMap(({ itemTargetId, hits }) => ofItem(itemTargetId, hits));
}

/** A match without what is like something that was decided elsewhere; of what a page shows, too. */
export function withoutDerived({ hits, page, ...match }: SeenMatch): SeenMatch {
  const listed = (all: readonly Hit[]) => all.filter((hit) => !isDerived(hit));
  const items = page?.items.map((item) => ({ ...item, hits: listed(item.hits) }));
  return { ...match, hits: listed(hits), ...(page && items && { page: { ...page, items } }) };
}

/**
 * What of a match an assessor decides by, as text. What a decision elsewhere brings or takes away defeats none of them: of a
 * series that is decided together each would.
 */
export function substance(seen: SeenMatch | undefined): string {
  const match = seen && withoutDerived(seen);
  if (match === undefined) return "";
  const told = ({ votes, minVotes, autoIssue, classification, disputed }: Hit) => {
    return [votes, minVotes, autoIssue, classification, ...(disputed === true ? ["disputed"] : [])];
  };
  const lines = match.hits.map((hit) => JSON.stringify([hitKey(hit), ...told(hit)]));
  return [...lines, ...itemKeys(match)].toSorted().join("\n");
}
