import { RetireProviderRequest, type RetireProviderResponse } from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { shownChange } from "./change-message.ts";
import { changeIdOf, draftChange, faultless, keepProposal } from "./propose-change.ts";
import { profileOf } from "./provider-change.ts";
import { editAway } from "./provider-edit.ts";
import { validReason } from "../reason.ts";

/** Proposes that a provider gets nothing any more; nobody speaks for it then. */
export function retireProvider(deps: Deps) {
  return async (request: RetireProviderRequest, context: CallContext): Promise<RetireProviderResponse> => {
    const { person } = callerOf(context);
    const { providerId } = request;
    const { reason } = gather({
      requestId: () => request.dryRun || requireRequestId(request.requestId),
      reason: () => validReason(request.reason),
    });
    const draft = async (changeId: string) => {
      const found = await deps.providers.load(providerId);
      if (found === undefined) throw new Problem("NOT_FOUND");
      if (found.state.retired !== undefined) throw new Problem("WRONG_STATE", "It is retired already.");
      const edit = editAway(profileOf(found.state));
      return draftChange(deps, person, changeId, { providerId, edit, over: [], reason, retires: true }, found);
    };
    if (request.dryRun) return { change: shownChange(deps, faultless(await draft(""))) };
    const body = RetireProviderRequest.encode(request).finish();
    const call = { caller: person, method: "RetireProvider", requestId: request.requestId, body };
    const kept = await keepProposal(deps, call, async () => faultless(await draft(changeIdOf(call))));
    return { change: shownChange(deps, kept) };
  };
}
