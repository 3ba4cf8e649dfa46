import { ResumeDispatchRequest, type ResumeDispatchResponse } from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { setBrake } from "./brake.ts";
import type { Deps } from "../deps.ts";

/** Lets the brake go: everything that waited leaves. */
export function resumeDispatch(deps: Deps) {
  return async (request: ResumeDispatchRequest, context: CallContext): Promise<ResumeDispatchResponse> => {
    const body = ResumeDispatchRequest.encode(request).finish();
    const { requestId } = request;
    const resumedTime = await setBrake(deps, callerOf(context), { requestId, body, halted: false });
    deps.bells.ring();
    return { resumedTime };
  };
}
