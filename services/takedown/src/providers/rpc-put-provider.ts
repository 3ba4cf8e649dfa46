import { changeOnce, type Decided } from "@ntd/host";
import { PutProviderRequest, type PutProviderResponse } from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { providerFaults } from "./provider.ts";
import type { Provider } from "../store.ts";
import { shownProvider } from "./rpc-list-providers.ts";

const MAX_CHANGES = 100;

/** Makes a provider or replaces it whole. Notices that exist stay with whom they were made for. */
export function putProvider(deps: Deps) {
  return async (request: PutProviderRequest, context: CallContext): Promise<PutProviderResponse> => {
    const { person } = callerOf(context);
    const { provider } = request;
    if (provider === undefined) throw Problem.fields({ field: "provider", description: "is missing" });
    const faults = providerFaults(provider, { publicOnly: deps.config.environment === "LIVE" });
    if (faults.length > 0) throw Problem.fields(...faults);
    const body = PutProviderRequest.encode(request).finish();
    const call = { caller: person, method: "PutProvider", requestId: request.requestId, body };
    const { document } = await changeOnce(
      deps.providers,
      provider.providerId,
      call,
      (state): Decided<Provider, Record<string, never>> => {
        const changes = [...(state?.changes ?? []), { by: person, at: deps.clock.now() }].slice(-MAX_CHANGES);
        return { state: { schemaVersion: 1, ...provider, changes, requests: state?.requests ?? [] }, answer: {} };
      },
    );
    deps.directory.take(document);
    return { provider: shownProvider(document.state) };
  };
}
