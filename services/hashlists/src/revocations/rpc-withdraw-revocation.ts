import type {
  WithdrawRestorationRequest,
  WithdrawRestorationResponse,
  WithdrawRevocationRequest,
  WithdrawRevocationResponse,
} from "@ntd/proto/hashlists/v1/revocation_service";
import { isSamePerson } from "@ntd/facts";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { loadSet, loadSetFor } from "../sets/load-set.ts";
import { loadRevocation } from "./load-revocation.ts";
import { toRevocationInfo } from "./revocation-message.ts";
import { withdrawRevocation as withdraw, type RevocationState } from "./revocation.ts";
import { waitsForNobody } from "./waits-for-nobody.ts";

type Needed = Pick<Deps, "sets" | "revocations" | "clock">;

/** Ends a revocation that waits for another person. */
export function withdrawRevocation(deps: Needed) {
  return async (request: WithdrawRevocationRequest, context: CallContext): Promise<WithdrawRevocationResponse> => ({
    revocation: await withdrawn(deps, request, context, "revocation"),
  });
}

export function withdrawRestoration(deps: Needed) {
  return async (request: WithdrawRestorationRequest, context: CallContext): Promise<WithdrawRestorationResponse> => ({
    restoration: await withdrawn(deps, request, context, "restoration"),
  });
}

// Said again by the same person it is what it is: no answer needs to be remembered.
async function withdrawn(
  deps: Needed,
  { requestId, revocationId }: WithdrawRevocationRequest,
  context: CallContext,
  kind: "revocation" | "restoration",
) {
  const { person } = callerOf(context);
  requireRequestId(requestId);
  const { state: found } = await loadRevocation(deps, revocationId, kind);
  const isOwn = isSamePerson(found.requestedBy, person);
  await loadSetFor(deps, found.setId, context, isOwn ? "see" : "decide");
  const now = deps.clock.now();
  const ended = await change(deps.revocations, revocationId, (revocation = found) => {
    if (isWithdrawnBy(revocation, person)) return undefined;
    const state = withdraw(revocation, person, now);
    if (state === undefined) throw waitsForNobody(revocation, "withdrawn");
    return { state };
  });
  return toRevocationInfo(ended?.state ?? found, (await loadSet(deps, found.setId)).state);
}

function isWithdrawnBy({ stage }: RevocationState, person: string): boolean {
  return stage.name === "withdrawn" && isSamePerson(stage.by, person);
}
