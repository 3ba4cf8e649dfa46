import { AcknowledgeReferralRequest, type AcknowledgeReferralResponse } from "@ntd/proto/casework/v1/referral_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import { changedCaseOnce } from "../cases/change-case-once.ts";
import { callFields } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { acknowledged } from "./referral.ts";
import { referralLine } from "./referral-message.ts";

const MAX_REFERENCE = 100;

export function acknowledgeReferral(deps: Deps) {
  return async (request: AcknowledgeReferralRequest, context: CallContext): Promise<AcknowledgeReferralResponse> => {
    const caller = callerOf(context);
    const { policeReference } = gather({
      ...callFields(request),
      policeReference: () => requireReference(request.policeReference),
    });
    const body = AcknowledgeReferralRequest.encode(request).finish();
    const call = { ...request, method: "AcknowledgeReferral", caller, body };
    const { document } = await changedCaseOnce(deps, call, (found, now) =>
      acknowledged(found, caller.person, policeReference, now),
    );
    return { referral: referralLine(document.state) };
  };
}

function requireReference(reference: string): string {
  const { length } = reference.trim();
  if (length > 0 && reference.length <= MAX_REFERENCE) return reference;
  const description = `has ${length === 0 ? "no" : reference.length} characters; it takes 1 to ${MAX_REFERENCE}`;
  throw Problem.fields({ field: "police_reference", description });
}
