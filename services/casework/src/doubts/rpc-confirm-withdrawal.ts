import { ConfirmWithdrawalRequest, type ConfirmWithdrawalResponse } from "@ntd/proto/casework/v1/case_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import { callFields, requireDecisionId, requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { staleEvidence } from "../claims/claim.ts";
import { refusedBlind, refusedLooker } from "../second-look/lookers.ts";
import { confirmed } from "./confirm.ts";

export function confirmWithdrawal(deps: Deps) {
  return async (request: ConfirmWithdrawalRequest, context: CallContext): Promise<ConfirmWithdrawalResponse> => {
    const caller = callerOf(context);
    const { decisionId, expectedVersion } = request;
    gather({
      ...callFields(request),
      decisionId: () => requireDecisionId(decisionId),
      reason: () => requireReason(request.reason),
    });
    const body = ConfirmWithdrawalRequest.encode(request).finish();
    const view = await changeCaseOnce(deps, { ...request, method: "ConfirmWithdrawal", caller, body }, (file, now) => {
      const reason = deps.sealer.seal(request.reason, "words", now);
      return (
        staleEvidence(file, expectedVersion) ??
        refusedBlind(file, caller) ??
        refusedLooker(file, caller.person, deps.supervisors) ??
        confirmed(file, { person: caller.person, decisionId, reason }, now)
      );
    });
    return { case: view };
  };
}
