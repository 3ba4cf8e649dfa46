import { PutProviderRequest, type Provider, type PutProviderResponse } from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { shownChange, shownProfile } from "../provider-changes/change-message.ts";
import { changeIdOf, draftChange, faultless, keepProposal } from "../provider-changes/propose-change.ts";
import { limitsOf, providerFaults } from "./provider.ts";
import { profileOf } from "../provider-changes/provider-change.ts";
import { editTowards, nobody } from "../provider-changes/provider-edit.ts";
import { shownProvider } from "./rpc-list-providers.ts";

/** Proposes a provider, or what a message has beyond one that exists; a message that has less is refused. */
export function putProvider(deps: Deps) {
  return async (request: PutProviderRequest, context: CallContext): Promise<PutProviderResponse> => {
    const { person } = callerOf(context);
    const { over, reason } = request;
    const { provider } = gather({
      requestId: () => requireRequestId(request.requestId),
      provider: () => requireProvider(deps, request),
    });
    const { providerId } = provider;
    const body = PutProviderRequest.encode(request).finish();
    const call = { caller: person, method: "PutProvider", requestId: request.requestId, body };
    const draft = async () => {
      const found = await deps.providers.load(providerId);
      const { edit, dropped } = editTowards(found ? profileOf(found.state) : nobody, profileOf(provider));
      if (dropped.length > 0) throw Problem.fields(...dropped);
      return draftChange(deps, person, changeIdOf(call), { providerId, edit, over, reason: reason.trim() }, found);
    };
    const isRepeat = (await deps.providerChanges.load(changeIdOf(call))) !== undefined;
    const change =
      !isRepeat && (await draft()).changesNothing
        ? undefined
        : await keepProposal(deps, call, async () => faultless(await draft()));
    const stored = await deps.providers.load(providerId);
    return {
      provider: stored ? shownProvider(stored.state) : change && shownProfile(providerId, change.after),
      change: change && shownChange(deps, change),
    };
  };
}

function requireProvider({ config }: Deps, { provider }: PutProviderRequest): Provider {
  if (provider === undefined) throw Problem.fields({ field: "provider", description: "is missing" });
  const faults = providerFaults(provider, limitsOf(config));
  if (faults.length > 0) throw Problem.fields(...faults);
  return provider;
}
