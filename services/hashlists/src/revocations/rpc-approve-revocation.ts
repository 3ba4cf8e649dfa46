import type { ApproveRevocationRequest, ApproveRevocationResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { loadRevocation } from "./load-revocation.ts";
import { loadSet, loadSetFor } from "../sets/load-set.ts";
import { approveRevocation as approve, type RevocationState } from "./revocation.ts";
import { finishRevocation } from "../sets/take-effect.ts";
import { toRevocationInfo } from "./revocation-message.ts";

/** By another person than who asked for it; it takes effect at once. */
export function approveRevocation(deps: Deps) {
  return async (request: ApproveRevocationRequest, context: CallContext): Promise<ApproveRevocationResponse> => {
    const { person, id: callerId } = callerOf(context);
    const requestId = scopedRequestId(callerId, "ApproveRevocation", requireRequestId(request.requestId));
    const { revocationId } = request;
    const { state: found } = await loadRevocation(deps, revocationId);
    await loadSetFor(deps, found.setId, context, "revoke");
    const approval = { by: person, time: deps.clock.now(), requestId };
    await change(deps.revocations, revocationId, (revocation = found) => {
      if (approvedBy(revocation, requestId)) return undefined;
      const approved = approve(revocation, approval);
      if (approved === "SAME_PERSON")
        throw new Problem("SAME_PERSON", "This takes another person than who asked for it.");
      if (approved === "WRONG_STATE") throw new Problem("WRONG_STATE", "This revocation needs no approval any more.");
      return { state: approved };
    });
    await finishRevocation(deps, found);
    const { state: set } = await loadSet(deps, found.setId);
    const { state: now } = await loadRevocation(deps, revocationId);
    return { revocation: toRevocationInfo(now, set) };
  };
}

function approvedBy({ stage }: RevocationState, requestId: string): boolean {
  return stage.name !== "pending" && stage.approval?.requestId === requestId;
}
