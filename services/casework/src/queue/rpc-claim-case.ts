import { ClaimCaseRequest, type ClaimCaseResponse } from "@ntd/proto/casework/v1/case_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Casework } from "../casework.ts";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import { claimed } from "./claim.ts";

export function claimCase(casework: Casework) {
  return async (request: ClaimCaseRequest, context: CallContext): Promise<ClaimCaseResponse> => {
    const caller = callerOf(context);
    const body = ClaimCaseRequest.encode(request).finish();
    const view = await changeCaseOnce(casework, { ...request, method: "ClaimCase", caller, body }, (file, now) =>
      claimed(file, caller.person, now, casework.claimMs),
    );
    return { case: view };
  };
}
