import type { ApproveRevocationRequest, ApproveRevocationResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { ApproveRestorationRequest, ApproveRestorationResponse } from "@ntd/proto/hashlists/v1/revocation_service";
import { callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { loadRevocation } from "./load-revocation.ts";
import { loadSet, loadSetFor } from "../sets/load-set.ts";
import { approvalOf, approveRevocation as approve, type RevocationState } from "./revocation.ts";
import { requireOtherOrganisation } from "../members/national.ts";
import { requireInUse } from "../sets/require-in-use.ts";
import { finishRevocation } from "../sets/take-effect.ts";
import { toRevocationInfo } from "./revocation-message.ts";
import { waitsForNobody } from "./waits-for-nobody.ts";

/** By another person than who asked for it; it takes effect at once. */
export function approveRevocation(deps: Deps) {
  return async (request: ApproveRevocationRequest, context: CallContext): Promise<ApproveRevocationResponse> => ({
    revocation: await approved(deps, request, context, "revocation"),
  });
}

export function approveRestoration(deps: Deps) {
  return async (request: ApproveRestorationRequest, context: CallContext): Promise<ApproveRestorationResponse> => ({
    restoration: await approved(deps, request, context, "restoration"),
  });
}

async function approved(
  deps: Deps,
  request: ApproveRevocationRequest,
  context: CallContext,
  kind: "revocation" | "restoration",
) {
  const { person, id: callerId } = callerOf(context);
  const method = kind === "revocation" ? "ApproveRevocation" : "ApproveRestoration";
  const requestId = scopedRequestId(callerId, method, requireRequestId(request.requestId));
  const { revocationId } = request;
  const { state: found } = await loadRevocation(deps, revocationId, kind);
  const { state: of } = await loadSetFor(deps, found.setId, context, "decide");
  if (found.restores) requireInUse(of);
  requireOtherOrganisation(of, { nationalSet: deps.nationalSet, first: found.requestedBy, second: person });
  const approval = { by: person, time: deps.clock.now(), requestId };
  await change(deps.revocations, revocationId, (revocation = found) => {
    if (approvedBy(revocation, requestId)) return undefined;
    const state = approve(revocation, approval);
    if (state === "SAME_PERSON") throw new Problem("SAME_PERSON", "This takes another person than who asked for it.");
    if (state === "WRONG_STATE") throw waitsForNobody(revocation, "approved");
    return { state };
  });
  await finishRevocation(deps, found);
  const { state: set } = await loadSet(deps, found.setId);
  const { state: now } = await loadRevocation(deps, revocationId);
  return toRevocationInfo(now, set);
}

function approvedBy({ stage }: RevocationState, requestId: string): boolean {
  return approvalOf(stage)?.requestId === requestId;
}
