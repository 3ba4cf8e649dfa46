import { HaltDispatchRequest, type HaltDispatchResponse } from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, requireRequestId, type CallContext, type Caller } from "@ntd/rpc";
import { gather } from "@ntd/service";
import { setBrake } from "./brake.ts";
import type { Deps } from "../deps.ts";
import { validReason } from "../reason.ts";

export function haltDispatch(deps: Deps) {
  return (request: HaltDispatchRequest, context: CallContext): Promise<HaltDispatchResponse> =>
    halt(deps, callerOf(context), request);
}

/**
 * The brake. Once this has answered, no notice is stamped as offered until dispatch is resumed; one that was stamped
 * before may still be on its way, and is sent again until it is acknowledged.
 */
export async function halt(deps: Deps, caller: Caller, request: HaltDispatchRequest): Promise<HaltDispatchResponse> {
  const { why } = gather({
    requestId: () => requireRequestId(request.requestId),
    why: () => validReason(request.reason),
  });
  const reason = deps.sealer.seal(why, "words", deps.clock.now());
  const body = HaltDispatchRequest.encode(request).finish();
  const haltedTime = await setBrake(deps, caller, { requestId: request.requestId, body, halted: true, reason });
  // An offer in hand read the switch before it was set: its save fails now, it begins again and sees the switch.
  await deps.notices.touch({ unoffered: { gte: "" } });
  return { haltedTime };
}
