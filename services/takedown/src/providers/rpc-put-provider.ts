import { PutProviderRequest, type PutProviderResponse } from "@ntd/proto/takedown/v1/provider_service";
import {
  bodyDigest,
  callerOf,
  remember,
  remembered,
  requireRequestId,
  scopedRequestId,
  type CallContext,
} from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { change, type Change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { providerFaults } from "./provider.ts";
import type { Provider } from "../store.ts";
import { shownProvider } from "./rpc-list-providers.ts";

const MAX_CHANGES = 100;

/** Makes a provider or replaces it whole. Notices that exist stay with whom they were made for. */
export function putProvider(deps: Deps) {
  return async (request: PutProviderRequest, context: CallContext): Promise<PutProviderResponse> => {
    const { person } = callerOf(context);
    const requestId = scopedRequestId(person, "PutProvider", requireRequestId(request.requestId));
    const { provider } = request;
    if (provider === undefined) throw Problem.fields({ field: "provider", description: "is missing" });
    const faults = providerFaults(provider);
    if (faults.length > 0) throw Problem.fields(...faults);
    const digest = bodyDigest(PutProviderRequest.encode(request).finish());
    const saved = await change(deps.providers, provider.providerId, (state): Change<Provider> | undefined => {
      const requests = state?.requests ?? [];
      const first = remembered(requests, requestId, digest);
      if (first instanceof Problem) throw first;
      if (first !== "new") return undefined;
      const entry = { requestId, digest, answer: {} };
      const changes = [...(state?.changes ?? []), { by: person, at: deps.clock.now() }].slice(-MAX_CHANGES);
      return { state: { schemaVersion: 1, ...provider, changes, requests: remember(requests, entry) } };
    });
    if (saved !== undefined) deps.directory.take(saved);
    deps.bells.ring();
    return { provider: saved && shownProvider(saved.state) };
  };
}
