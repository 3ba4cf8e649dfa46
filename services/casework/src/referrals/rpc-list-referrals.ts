import { listPage } from "@ntd/host";
import type { ListReferralsRequest, ListReferralsResponse } from "@ntd/proto/casework/v1/referral_service";
import type { Deps } from "../deps.ts";
import { ACKNOWLEDGED, referralOrder } from "./referral.ts";
import { referralLine } from "./referral-message.ts";

/** What waits for police first; nothing of it is opened. */
export function listReferrals({ cases }: Pick<Deps, "cases">) {
  return async (request: ListReferralsRequest): Promise<ListReferralsResponse> => {
    const where = request.withAcknowledged ? {} : { referralOrder: { lt: ACKNOWLEDGED } };
    const query = { where, orderBy: "referralOrder" } as const;
    const { documents, nextPageToken } = await listPage(cases, request, query, referralOrder);
    return {
      referrals: documents.map(({ state }) => referralLine(state)).filter((one) => one !== undefined),
      nextPageToken,
    };
  };
}
