import type { ListSetChangesRequest, ListSetChangesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { CallContext } from "@ntd/rpc";
import { loadSetFor } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";
import { toSetChange } from "./set-change-message.ts";

/** What was proposed of a set, the newest first. */
export function listSetChanges(collections: Pick<Collections, "sets">) {
  return async ({ setId }: ListSetChangesRequest, context: CallContext): Promise<ListSetChangesResponse> => {
    const { state } = await loadSetFor(collections, setId, context, "see");
    return { changes: (state.changes ?? []).toReversed().map((change) => toSetChange(setId, change)) };
  };
}
