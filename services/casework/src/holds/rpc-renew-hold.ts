import { RenewHoldRequest, type RenewHoldResponse } from "@ntd/proto/casework/v1/hold_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import { changedCaseOnce } from "../cases/change-case-once.ts";
import { callFields, requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { requireExpireTime, requireHoldId, requireTime } from "./fields.ts";
import { renewed } from "./renew.ts";
import { toldAnswer } from "./told-hold.ts";

export function renewHold(deps: Deps) {
  return async (request: RenewHoldRequest, context: CallContext): Promise<RenewHoldResponse> => {
    const caller = callerOf(context);
    gather(
      {
        ...callFields(request),
        holdId: () => requireHoldId(request.holdId),
        reason: () => requireReason(request.reason),
        expireTime: () => requireTime(request.expireTime),
      },
      { expireTime: () => requireExpireTime(request.expireTime, deps.clock.now()) },
    );
    const body = RenewHoldRequest.encode(request).finish();
    const call = { ...request, method: "RenewHold", caller, body };
    const { answer } = await changedCaseOnce(deps, call, (file, now) => {
      requireExpireTime(request.expireTime, now);
      const reason = deps.sealer.seal(request.reason, "words", now);
      return renewed(file, request.holdId, { by: caller.person, until: request.expireTime, reason, now });
    });
    const [hold] = await toldAnswer(deps, answer, { caller, seer: "police" });
    return { hold, waitsForSecondPerson: answer.hold?.proposed !== undefined };
  };
}
