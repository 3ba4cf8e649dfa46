import { LiftLegalHoldRequest, type LiftLegalHoldResponse } from "@ntd/proto/casework/v1/legal_hold_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import { callFields, requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { liftedLegalHold } from "./legal-hold.ts";

export function liftLegalHold(deps: Deps) {
  return async (request: LiftLegalHoldRequest, context: CallContext): Promise<LiftLegalHoldResponse> => {
    const caller = callerOf(context);
    gather({ ...callFields(request), reason: () => requireReason(request.reason) });
    const body = LiftLegalHoldRequest.encode(request).finish();
    const view = await changeCaseOnce(deps, { ...request, method: "LiftLegalHold", caller, body }, (file, now) =>
      liftedLegalHold(file, deps.sealer.seal(request.reason, "words", now), { by: caller.person, time: now }),
    );
    return { case: view, waitsForSecondPerson: view.legalHold?.liftedTime === undefined };
  };
}
