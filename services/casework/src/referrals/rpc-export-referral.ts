import type { ExportReferralRequest, ExportReferralResponse } from "@ntd/proto/casework/v1/referral_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { exported, REFERRAL_TYP } from "./export.ts";
import { openReferral } from "./referral-file.ts";

/** A referral as signed JSON: `deploy/referrals/README.md` says what it holds. */
export function exportReferral(deps: Deps) {
  return async ({ caseId }: ExportReferralRequest, context: CallContext): Promise<ExportReferralResponse> => {
    const { signing, environment, clock } = deps;
    if (signing === undefined) throw new Problem("WRONG_STATE", UNSIGNED);
    const file = await openReferral(deps, caseId, { reader: callerOf(context).person, kind: "export" });
    const payload = exported(file, { environment, time: clock.now() });
    return { jws: await signing.signer.signWhole(payload, REFERRAL_TYP) };
  };
}

const UNSIGNED = "There is no key to sign it with: set CASEWORK_SIGNING_KEY_FILE.";
