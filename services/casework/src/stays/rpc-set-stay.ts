import { SetStayRequest, type SetStayResponse } from "@ntd/proto/casework/v1/stay_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import { callFields, requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { requireCourt } from "./fields.ts";
import { stayed } from "./stay.ts";

export function setStay(deps: Deps) {
  return async (request: SetStayRequest, context: CallContext): Promise<SetStayResponse> => {
    const caller = callerOf(context);
    const [court, reference] = [request.court.trim(), request.reference.trim()];
    gather({
      ...callFields(request),
      court: () => requireCourt({ court, reference }),
      reason: () => requireReason(request.reason),
    });
    const body = SetStayRequest.encode(request).finish();
    const view = await changeCaseOnce(deps, { ...request, method: "SetStay", caller, body }, (file, now) => {
      const reason = deps.sealer.seal(request.reason, "words", now);
      return stayed(file, { court, reference, reason }, { by: caller.person, time: now });
    });
    return { case: view, waitsForSecondPerson: view.stay?.setTime === undefined };
  };
}
