import { eventOf, nouns } from "@ntd/bus";
import type { Match } from "@ntd/proto/matching/v1/match";
import type { OutboxEvent } from "@ntd/store";
import type { Row, Told } from "./row.ts";

/** The event that a target was looked up, or that the hits are other ones now. */
export function matchEvent(matchId: string, row: Row, told: Told, now: Date): OutboxEvent {
  return eventOf(nouns.match, isFound(told) ? "found" : "none", matchId, toMatch(row, told), now);
}

function isFound({ hits, found }: Told): boolean {
  return hits.length > 0 || (found?.items.length ?? 0) > 0;
}

function toMatch({ targetId, episode }: Row, { searched, revoked = [], found, ...told }: Told): Match {
  const searchedSets = searched.map(({ setId, counter }) => ({ setId, counter: BigInt(counter) }));
  return {
    targetId,
    episode,
    ...told,
    searchedSets,
    revokedHits: revoked,
    items: found?.items ?? [],
    itemCounts: found?.counts,
  };
}
