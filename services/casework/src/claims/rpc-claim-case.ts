import { ClaimCaseRequest, type ClaimCaseResponse } from "@ntd/proto/casework/v1/case_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import { requireViewLeft, viewOf } from "../views/open-picture.ts";
import { refusedLooker } from "../second-look/lookers.ts";
import { claimed } from "./claim.ts";

export function claimCase(deps: Deps) {
  return async (request: ClaimCaseRequest, context: CallContext): Promise<ClaimCaseResponse> => {
    const caller = callerOf(context);
    const body = ClaimCaseRequest.encode(request).finish();
    const again = request.again === true;
    const found = (await deps.cases.load(request.caseId))?.state;
    if (found !== undefined) await requireViewLeft(deps, caller.person, viewOf(found, again));
    const opens = again ? "again" : "once";
    const view = await changeCaseOnce(deps, { ...request, method: "ClaimCase", caller, body, opens }, (file, now) => {
      return refusedLooker(file, caller.person, deps.supervisors) ?? claimed(file, caller.person, now, deps.claimMs);
    });
    return { case: view };
  };
}
