import { changeOnce } from "@ntd/host";
import {
  RejectProviderChangeRequest,
  type RejectProviderChangeResponse,
} from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { shownChange } from "./change-message.ts";
import { reject, stateOfChange } from "./provider-change.ts";
import { validReason } from "../reason.ts";

/** Anybody's word against what waits for a second person; of who proposed it, a withdrawal. */
export function rejectProviderChange(deps: Deps) {
  return async (request: RejectProviderChangeRequest, context: CallContext): Promise<RejectProviderChangeResponse> => {
    const { person } = callerOf(context);
    const { reason } = gather({
      requestId: () => requireRequestId(request.requestId),
      reason: () => validReason(request.reason),
    });
    const body = RejectProviderChangeRequest.encode(request).finish();
    const call = { caller: person, method: "RejectProviderChange", requestId: request.requestId, body };
    const { document } = await changeOnce(deps.providerChanges, request.changeId, call, (change) => {
      if (change === undefined) throw new Problem("NOT_FOUND");
      const now = deps.clock.now();
      const next = reject(change, person, deps.sealer.seal(reason, "words", now), now);
      if (next === "WRONG_STATE") {
        throw new Problem("WRONG_STATE", `A change that is ${stateOfChange(change, now)} cannot be rejected.`);
      }
      return { state: next, answer: {} };
    });
    return { change: shownChange(deps, document.state) };
  };
}
