import { listPage } from "@ntd/host";
import type { ListSetsRequest, ListSetsResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { Collections } from "../store.ts";
import { toHashSet } from "./hash-set-message.ts";

export function listSets({ sets }: Pick<Collections, "sets">) {
  return async (request: ListSetsRequest): Promise<ListSetsResponse> => {
    const { documents, nextPageToken } = await listPage(sets, request);
    return { sets: documents.map(({ state }) => toHashSet(state)), nextPageToken };
  };
}
