import { changeOnce } from "@ntd/host";
import {
  ApproveProviderChangeRequest,
  type ApproveProviderChangeResponse,
} from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { applyChange } from "./apply-change.ts";
import { shownChange } from "./change-message.ts";
import { approve, stateOfChange } from "./provider-change.ts";

/** The second person's word, after which the change is applied. */
export function approveProviderChange(deps: Deps) {
  return async (
    request: ApproveProviderChangeRequest,
    context: CallContext,
  ): Promise<ApproveProviderChangeResponse> => {
    const { person } = callerOf(context);
    const body = ApproveProviderChangeRequest.encode(request).finish();
    const call = { caller: person, method: "ApproveProviderChange", requestId: request.requestId, body };
    await changeOnce(deps.providerChanges, request.changeId, call, (change) => {
      if (change === undefined) throw new Problem("NOT_FOUND");
      const now = deps.clock.now();
      const next = approve(change, person, now);
      if (next === "SAME_PERSON") {
        throw new Problem("SAME_PERSON", "This takes a second person: who proposed it cannot approve it.");
      }
      if (next === "WRONG_STATE") {
        throw new Problem("WRONG_STATE", `A change that is ${stateOfChange(change, now)} cannot be approved.`);
      }
      return { state: next, answer: {} };
    });
    return { change: shownChange(deps, await applyChange(deps, request.changeId)) };
  };
}
