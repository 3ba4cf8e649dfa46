import type {
  ListProvidersRequest,
  ListProvidersResponse,
  Provider as Message,
} from "@ntd/proto/takedown/v1/provider_service";
import { pageSize, pageToken, readPageToken } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import type { Provider } from "../store.ts";

export function listProviders(deps: Deps) {
  return async (request: ListProvidersRequest): Promise<ListProvidersResponse> => {
    const limit = pageSize(request.pageSize);
    const after = readPageToken(request.pageToken);
    const found = await deps.providers.find({ ...(after === undefined ? {} : { after }), limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return { providers: page.map((d) => shownProvider(d.state)), nextPageToken: pageToken(last && { id: last.id }) };
  };
}

export function shownProvider({ providerId, displayName, domains, prefixes, roles, identities }: Provider): Message {
  return { providerId, displayName, domains, prefixes, roles, identities };
}
