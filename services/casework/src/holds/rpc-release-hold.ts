import { ReleaseHoldRequest, type ReleaseHoldResponse } from "@ntd/proto/casework/v1/hold_service";
import type { CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import { changedCaseOnce } from "../cases/change-case-once.ts";
import { callFields, requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { requireHoldId } from "./fields.ts";
import { released } from "./hold.ts";
import { seerOf, toldAnswer } from "./told-hold.ts";

/** By any officer; by a supervisor where its time is over and life is at risk. */
export function releaseHold(deps: Deps) {
  return async (request: ReleaseHoldRequest, context: CallContext): Promise<ReleaseHoldResponse> => {
    const { caller, seer } = seerOf(deps, context);
    gather({
      ...callFields(request),
      holdId: () => requireHoldId(request.holdId),
      reason: () => requireReason(request.reason),
    });
    const body = ReleaseHoldRequest.encode(request).finish();
    const call = { ...request, method: "ReleaseHold", caller, body };
    const { answer } = await changedCaseOnce(deps, call, (file, now) => {
      const reason = deps.sealer.seal(request.reason, "words", now);
      const word = { by: caller.person, reason, onlyWaiting: seer !== "police" };
      return released(file, request.holdId, word, now);
    });
    const [hold] = await toldAnswer(deps, answer, { caller, seer });
    return { hold };
  };
}
