import { ReleaseClaimRequest, type ReleaseClaimResponse } from "@ntd/proto/casework/v1/case_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import { released } from "./claim.ts";

export function releaseClaim(deps: Deps) {
  return async (request: ReleaseClaimRequest, context: CallContext): Promise<ReleaseClaimResponse> => {
    const caller = callerOf(context);
    const body = ReleaseClaimRequest.encode(request).finish();
    const view = await changeCaseOnce(deps, { ...request, method: "ReleaseClaim", caller, body }, (file, now) =>
      released(file, caller.person, now),
    );
    return { case: view };
  };
}
