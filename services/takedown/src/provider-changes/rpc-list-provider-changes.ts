import { listPage } from "@ntd/host";
import type { ListProviderChangesRequest, ListProviderChangesResponse } from "@ntd/proto/takedown/v1/provider_service";
import type { Deps } from "../deps.ts";
import { shownChange } from "./change-message.ts";

/** Who changed what, when and why, newest first; or what waits for a second person. */
export function listProviderChanges(deps: Deps) {
  return async (request: ListProviderChangesRequest): Promise<ListProviderChangesResponse> => {
    const { providerId, waiting } = request;
    const where = { ...(providerId !== "" && { providerId }), ...(waiting && { waiting: true }) };
    const query = { where, orderBy: "proposedTime", descending: true } as const;
    const { documents, nextPageToken } = await listPage(deps.providerChanges, request, query, (c) => c.proposedTime);
    return { changes: documents.map(({ state }) => shownChange(deps, state)), nextPageToken };
  };
}
