import { listPage } from "@ntd/host";
import type {
  EarlierProviderWrite,
  ListProviderChangesRequest,
  ListProviderChangesResponse,
} from "@ntd/proto/takedown/v1/provider_service";
import type { Deps } from "../deps.ts";
import { shownChange } from "./change-message.ts";

/** Who changed what, when and why, newest first; or what waits for a second person. */
export function listProviderChanges(deps: Deps) {
  return async (request: ListProviderChangesRequest): Promise<ListProviderChangesResponse> => {
    const { providerId, waiting } = request;
    const where = { ...(providerId !== "" && { providerId }), ...(waiting && { waiting: true }) };
    const query = { where, orderBy: "proposedTime", descending: true } as const;
    const { documents, nextPageToken } = await listPage(deps.providerChanges, request, query, (c) => c.proposedTime);
    const isWhole = providerId !== "" && !waiting && nextPageToken === "";
    return {
      changes: documents.map(({ state }) => shownChange(deps, state)),
      nextPageToken,
      earlierWrites: isWhole ? await earlierWrites(deps, providerId) : [],
    };
  };
}

// Release 0.2 noted who wrote a provider, and no change.
async function earlierWrites({ providers }: Deps, providerId: string): Promise<EarlierProviderWrite[]> {
  const changes = (await providers.load(providerId))?.state.changes ?? [];
  const earlier = changes.filter(({ changeId }) => changeId === undefined);
  return earlier.map(({ by, at }) => ({ writtenBy: by, writtenTime: at })).toReversed();
}
