import { LiftStayRequest, type LiftStayResponse } from "@ntd/proto/casework/v1/stay_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import { callFields, requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { liftedStay } from "./stay.ts";

export function liftStay(deps: Deps) {
  return async (request: LiftStayRequest, context: CallContext): Promise<LiftStayResponse> => {
    const caller = callerOf(context);
    gather({ ...callFields(request), reason: () => requireReason(request.reason) });
    const body = LiftStayRequest.encode(request).finish();
    const view = await changeCaseOnce(deps, { ...request, method: "LiftStay", caller, body }, (file, now) =>
      liftedStay(file, deps.sealer.seal(request.reason, "words", now), { by: caller.person, time: now }),
    );
    return { case: view, waitsForSecondPerson: view.stay?.liftedTime === undefined };
  };
}
