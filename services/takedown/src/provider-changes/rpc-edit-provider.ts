import {
  EditProviderRequest,
  type EditProviderResponse,
  type ProviderEdit,
} from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { shownChange } from "./change-message.ts";
import { changeIdOf, draftChange, faultless, keepProposal, type Draft } from "./propose-change.ts";
import { validReason } from "../reason.ts";

/** Changes what is named of a provider; what sends addresses to somebody new waits for a second person. */
export function editProvider(deps: Deps) {
  return async (request: EditProviderRequest, context: CallContext): Promise<EditProviderResponse> => {
    const { person } = callerOf(context);
    const { edit, reason } = gather({
      requestId: () => request.dryRun || requireRequestId(request.requestId),
      edit: () => requireEdit(request),
      reason: () => validReason(request.reason),
    });
    const proposal = { providerId: request.providerId, over: request.over };
    const draft = async (changeId: string): Promise<Draft> => {
      const found = await deps.providers.load(request.providerId);
      if (found === undefined) throw new Problem("NOT_FOUND");
      const drafted = await draftChange(deps, person, changeId, { ...proposal, edit, reason }, found);
      const nothing = { field: "edit", description: "changes nothing: all of it is so already" };
      return drafted.changesNothing ? { ...drafted, faults: [...drafted.faults, nothing] } : drafted;
    };
    if (request.dryRun) {
      const { change, faults } = await draft("");
      // What it meets is what a dry run is asked for: it is in the answer.
      const others = faults.filter(({ field }) => field !== "over");
      if (others.length > 0) throw Problem.fields(...others);
      return { change: shownChange(deps, change) };
    }
    const body = EditProviderRequest.encode(request).finish();
    const call = { caller: person, method: "EditProvider", requestId: request.requestId, body };
    const kept = await keepProposal(deps, call, async () => faultless(await draft(changeIdOf(call))));
    return { change: shownChange(deps, kept) };
  };
}

function requireEdit({ edit }: EditProviderRequest): ProviderEdit {
  if (edit === undefined) throw Problem.fields({ field: "edit", description: "is missing" });
  return edit;
}
