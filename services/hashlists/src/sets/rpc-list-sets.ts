import type { ListSetsRequest, ListSetsResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { pageSize, pageToken, readPageToken } from "@ntd/rpc";
import type { Collections } from "../store.ts";
import { toHashSet } from "./hash-set-message.ts";

export function listSets({ sets }: Pick<Collections, "sets">) {
  return async (request: ListSetsRequest): Promise<ListSetsResponse> => {
    const limit = pageSize(request.pageSize);
    const after = readPageToken(request.pageToken);
    const found = await sets.find({ ...(after && { after }), limit });
    const last = found.length === limit ? found.at(-1) : undefined;
    return { sets: found.map(({ state }) => toHashSet(state)), nextPageToken: pageToken(last && { id: last.id }) };
  };
}
