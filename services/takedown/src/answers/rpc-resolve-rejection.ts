import { changeOnce } from "@ntd/host";
import { ResolveRejectionRequest, type ResolveRejectionResponse } from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { validReason } from "../reason.ts";
import { settleRestoring, settleStoredNotice } from "../dispatches/settle.ts";
import { stateOf } from "../notices/notice.ts";
import { changeOf } from "../notices/publish.ts";
import { isAccepted, resolve, type Resolution } from "./rejection.ts";

/** An operator accepts that a provider does not take a notice, which withdraws it, or has it offered again. */
export function resolveRejection(deps: Deps) {
  return async (request: ResolveRejectionRequest, context: CallContext): Promise<ResolveRejectionResponse> => {
    const { person } = callerOf(context);
    const body = ResolveRejectionRequest.encode(request).finish();
    const call = { caller: person, method: "ResolveRejection", requestId: request.requestId, body };
    const { is, why } = valid(request);
    const { document, answer } = await changeOnce(deps.notices, request.noticeId, call, (notice) => {
      if (notice === undefined) throw new Problem("NOT_FOUND");
      const now = deps.clock.now();
      const next = resolve(notice, { is, by: person, time: now, why: deps.sealer.seal(why, "words", now) });
      if (next === undefined)
        throw new Problem(
          "WRONG_STATE",
          "No rejection of this notice waits for that: what is to wait or to be restored is offered again.",
        );
      return { state: next, ...changeOf(notice, next, now), answer: { receivedTime: now, state: stateOf(next) } };
    });
    const settled = await settleStoredNotice(deps, request.noticeId);
    // What is over asks for nothing any more: whoever waits to have the same address restored may be asked.
    if (settled !== undefined && isAccepted(settled)) await settleRestoring(deps, settled);
    deps.bells.again(document.state.providerId);
    return { state: answer.state };
  };
}

function valid({ requestId, resolution, reason }: ResolveRejectionRequest): { is: Resolution; why: string } {
  return gather({
    requestId: () => requireRequestId(requestId),
    is: () => validResolution(resolution),
    why: () => validReason(reason),
  });
}

function validResolution(resolution: ResolveRejectionRequest["resolution"]): Resolution {
  if (resolution === "REJECTION_RESOLUTION_UNSPECIFIED" || resolution === "UNRECOGNIZED") {
    throw Problem.fields({ field: "resolution", description: "is not set; accept it or offer it again" });
  }
  return resolution;
}
