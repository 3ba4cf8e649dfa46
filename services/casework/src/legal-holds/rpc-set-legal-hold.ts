import { SetLegalHoldRequest, type SetLegalHoldResponse } from "@ntd/proto/casework/v1/legal_hold_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import { callFields, requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { keepReviews } from "./every-hour-keep-reviews.ts";
import { withLegalHold } from "./legal-hold.ts";

/** The case's own texts are kept by the very write that says so, and those of its reviews behind it; others hear of it. */
export function setLegalHold(deps: Deps) {
  return async (request: SetLegalHoldRequest, context: CallContext): Promise<SetLegalHoldResponse> => {
    const caller = callerOf(context);
    gather({ ...callFields(request), reason: () => requireReason(request.reason) });
    const body = SetLegalHoldRequest.encode(request).finish();
    const view = await changeCaseOnce(deps, { ...request, method: "SetLegalHold", caller, body }, (file, now) =>
      withLegalHold(file, deps.sealer.seal(request.reason, "words", now), { by: caller.person, time: now }),
    );
    if (view.case !== undefined) await keepReviews(deps, view.case);
    return { case: view };
  };
}
