import type { GetSetRequest, GetSetResponse } from "@ntd/proto/hashlists/v1/set_view_service";
import type { CallContext } from "@ntd/rpc";
import { toHashSet } from "../sets/hash-set-message.ts";
import { loadSetFor } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";

export function getSet(collections: Pick<Collections, "sets">) {
  return async ({ setId }: GetSetRequest, context: CallContext): Promise<GetSetResponse> => ({
    set: toHashSet((await loadSetFor(collections, setId, context, "see")).state),
  });
}
