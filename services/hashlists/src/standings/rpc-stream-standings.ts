import type { StreamStandingsRequest, StreamStandingsResponse } from "@ntd/proto/hashlists/v1/opinion_service";
import { loadSet } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";
import { toldBehind } from "./told-behind.ts";

/** How the entries of a set stand by what members say, through the counter that it has. */
export function streamStandings(collections: Pick<Collections, "sets" | "opinions">) {
  return async function* stream(request: StreamStandingsRequest): AsyncGenerator<StreamStandingsResponse> {
    const { state: set } = await loadSet(collections, request.setId);
    const throughCounter = BigInt(set.counter);
    for await (const some of toldBehind(collections, set, Number(request.afterCounter))) {
      const standings = some.flatMap(({ entryId, told }) => {
        const newest = told.at(-1);
        if (newest === undefined) return [];
        const { leastVotes, disputed, disabled } = newest;
        return [{ entryId, leastVotes, disputed, disabled }];
      });
      yield { standings, throughCounter };
    }
    yield { standings: [], throughCounter };
  };
}
