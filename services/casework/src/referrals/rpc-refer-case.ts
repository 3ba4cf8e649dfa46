import { ReferCaseRequest, type ReferCaseResponse } from "@ntd/proto/casework/v1/referral_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import { changedCaseOnce } from "../cases/change-case-once.ts";
import { callFields, requireReason } from "../cases/fields.ts";
import { isUnseen } from "../clusters/blind.ts";
import type { Deps } from "../deps.ts";
import { referredByHand } from "./referral.ts";
import { caseReferral } from "./referral-message.ts";

/** Any case, by hand. */
export function referCase(deps: Deps) {
  return async (request: ReferCaseRequest, context: CallContext): Promise<ReferCaseResponse> => {
    const caller = callerOf(context);
    gather({ ...callFields(request), reason: () => requireReason(request.reason) });
    const body = ReferCaseRequest.encode(request).finish();
    const call = { ...request, method: "ReferCase", caller, body };
    const { document } = await changedCaseOnce(deps, call, (found, now) =>
      referredByHand(found, { by: caller.person, reason: deps.sealer.seal(request.reason, "words", now) }, now),
    );
    const isBlind = await isUnseen(deps, document.state, caller);
    return { referral: caseReferral(document.state, { kind: caller.kind, isBlind }, () => "") };
  };
}
