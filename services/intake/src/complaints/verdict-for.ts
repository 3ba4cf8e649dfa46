import type { ReviewServiceService, ReviewVerdict } from "@ntd/proto/casework/v1/review_service";
import type { ComplaintVerdict } from "@ntd/proto/intake/v1/complaint_service";
import type { DisclosureServiceService } from "@ntd/proto/takedown/v1/disclosure_service";
import type { Caller, RpcClient } from "@ntd/rpc";

/** Who knows how a review ended, and who was sent a notice. */
export interface Peers {
  casework: Pick<RpcClient<typeof ReviewServiceService>, "getComplaintVerdict">;
  takedown: Pick<RpcClient<typeof DisclosureServiceService>, "wasNoticed">;
}

/**
 * What `caller` is told of how its complaint ended: something only if its provider was sent a notice about the case. Both
 * are asked for every provider, so that how long it takes tells as little as what is said.
 *
 * @throws Problem PEER_UNAVAILABLE.
 */
export async function verdictFor(
  peers: Peers | undefined,
  complaintId: string,
  caller: Caller,
): Promise<ComplaintVerdict> {
  if (peers === undefined || caller.kind !== "isp") return "COMPLAINT_VERDICT_UNSPECIFIED";
  const { verdict, caseId } = await peers.casework.getComplaintVerdict({ complaintId });
  const { noticed } = await peers.takedown.wasNoticed({ identity: caller.name, caseId });
  return noticed ? toldAs(verdict) : "COMPLAINT_VERDICT_UNSPECIFIED";
}

function toldAs(verdict: ReviewVerdict): ComplaintVerdict {
  if (verdict === "REVIEW_VERDICT_UPHELD") return "COMPLAINT_VERDICT_UPHELD";
  return verdict === "REVIEW_VERDICT_REFUSED" ? "COMPLAINT_VERDICT_REFUSED" : "COMPLAINT_VERDICT_UNSPECIFIED";
}
