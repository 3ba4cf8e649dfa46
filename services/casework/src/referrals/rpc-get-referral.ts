import type { GetReferralRequest, GetReferralResponse } from "@ntd/proto/casework/v1/referral_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { openReferral } from "./referral-file.ts";

export function getReferral(deps: Deps) {
  return async ({ caseId }: GetReferralRequest, context: CallContext): Promise<GetReferralResponse> => {
    const { person: reader } = callerOf(context);
    return { file: await openReferral(deps, caseId, { reader, kind: "referral" }) };
  };
}
