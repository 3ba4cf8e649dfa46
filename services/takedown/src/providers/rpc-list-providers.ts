import { listPage } from "@ntd/host";
import type {
  ListProvidersRequest,
  ListProvidersResponse,
  Provider as Message,
} from "@ntd/proto/takedown/v1/provider_service";
import type { Deps } from "../deps.ts";
import type { Provider } from "./stored-provider.ts";

export function listProviders(deps: Deps) {
  return async (request: ListProvidersRequest): Promise<ListProvidersResponse> => {
    const { documents, nextPageToken } = await listPage(deps.providers, request);
    return { providers: documents.map(({ state }) => shownProvider(state)), nextPageToken };
  };
}

export function shownProvider({
  providerId,
  displayName,
  domains,
  prefixes,
  roles,
  identities,
  wins = [],
  retired,
  route,
  countries,
}: Provider): Message {
  const lists = { domains, prefixes, roles, identities, wins, ...(countries && { countries }) };
  return { providerId, displayName, ...lists, ...(route && { route }), retiredTime: retired };
}
