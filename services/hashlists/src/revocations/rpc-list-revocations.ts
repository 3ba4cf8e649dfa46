import type { ListRevocationsRequest, ListRevocationsResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { pageSize, pageToken, readPageToken } from "@ntd/rpc";
import { loadSet } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";
import { toRevocationInfo } from "./revocation-message.ts";

/** What people took back of a set, or want to, the newest first. */
export function listRevocations(collections: Pick<Collections, "sets" | "revocations">) {
  return async (request: ListRevocationsRequest): Promise<ListRevocationsResponse> => {
    const limit = pageSize(request.pageSize);
    const after = readPageToken(request.pageToken);
    const found = await collections.revocations.find({
      where: { setId: (await loadSet(collections, request.setId)).state.setId },
      orderBy: "requestedTime",
      descending: true,
      ...(after && { after }),
      limit,
    });
    // Behind them: what they do not know of themselves yet, the set knows.
    const { state: set } = await loadSet(collections, request.setId);
    const last = found.length === limit ? found.at(-1) : undefined;
    return {
      revocations: found.map(({ state }) => toRevocationInfo(state, set)),
      nextPageToken: pageToken(last && { id: last.id, value: last.state.requestedTime }),
    };
  };
}
