import { listPage } from "@ntd/host";
import type { ListRevocationsRequest, ListRevocationsResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { CallContext } from "@ntd/rpc";
import { loadSet, loadSetFor } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";
import { toRevocationInfo } from "./revocation-message.ts";

/** What people took back of a set, or want to, the newest first. */
export function listRevocations(collections: Pick<Collections, "sets" | "revocations">) {
  return async (request: ListRevocationsRequest, context: CallContext): Promise<ListRevocationsResponse> => {
    const { setId } = (await loadSetFor(collections, request.setId, context, "see")).state;
    const query = { where: { setId }, orderBy: "requestedTime", descending: true } as const;
    const { documents, nextPageToken } = await listPage(
      collections.revocations,
      request,
      query,
      (revocation) => revocation.requestedTime,
    );
    // Behind them: what they do not know of themselves yet, the set knows.
    const { state: set } = await loadSet(collections, request.setId);
    return { revocations: documents.map(({ state }) => toRevocationInfo(state, set)), nextPageToken };
  };
}
