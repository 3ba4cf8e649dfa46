import { listPage } from "@ntd/host";
import type { ListSetsRequest, ListSetsResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Collections } from "../store.ts";
import { toHashSet } from "./hash-set-message.ts";

/** The sets of which the caller is a member; all of them to operators. */
export function listSets({ sets }: Pick<Collections, "sets">) {
  return async (request: ListSetsRequest, context: CallContext): Promise<ListSetsResponse> => {
    const { kind, person: member } = callerOf(context);
    const query = kind === "operator" ? {} : { where: { member } };
    const { documents, nextPageToken } = await listPage(sets, request, query);
    return { sets: documents.map(({ state }) => toHashSet(state)), nextPageToken };
  };
}
