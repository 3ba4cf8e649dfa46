import { RevokeEntriesRequest, type RevokeEntriesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, Problem } from "@ntd/service";
import { idsIn, partsOf } from "../entries/find-entries.ts";
import type { Hashlists } from "../hashlists.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadRevocation, loadSet } from "../load.ts";
import { asAsked, newRevocation, type RevocationState } from "./revocation.ts";
import { NAMED, validRevokeRequest } from "./revoke-request.ts";
import { freezeIds, revokedAmong } from "./store-revocations.ts";
import { finishRevocation } from "../sets/take-effect.ts";
import { toRevocationInfo } from "../sets/view.ts";

/** Takes entries back: what is frozen in a document takes effect at once, or waits for a second person. */
export function revokeEntries(hashlists: Hashlists) {
  return async (request: RevokeEntriesRequest, context: CallContext): Promise<RevokeEntriesResponse> => {
    const { person, id: callerId } = callerOf(context);
    const requestId = scopedRequestId(callerId, "RevokeEntries", requireRequestId(request.requestId));
    const digest = bodyDigest(RevokeEntriesRequest.encode({ ...request, requestId: "" }).finish());
    const revocationId = derivedId("revocation", requestId);
    const there =
      (await hashlists.revocations.load(revocationId)) ??
      (await freeze(hashlists, request, { revocationId, digest, requestedBy: person }));
    if (there.state.digest !== digest) throw new Problem("REQUEST_ID_REUSED");
    return { revocation: await answer(hashlists, there.state) };
  };
}

async function freeze(
  hashlists: Hashlists,
  request: RevokeEntriesRequest,
  asked: Pick<RevocationState, "revocationId" | "digest" | "requestedBy">,
) {
  const { revocations, clock } = hashlists;
  const { revocationId, digest } = asked;
  const { reason, entries } = validRevokeRequest(request);
  const { state: set } = await loadSet(hashlists, request.setId);
  const revoked = await revokedAmong(hashlists, set, entries.keys());
  const fresh = [...entries.keys()].filter((id) => !revoked.has(id));
  await requireKnown(hashlists, set, new Map(fresh.map((id) => [id, entries.get(id) ?? ""])));
  // Named for all that decides what is in it: an attempt that was cut off leaves nothing that another one would take.
  const part = derivedId("revoked", revocationId, digest, set.counter);
  await freezeIds(hashlists, part, fresh);
  const counts = { entryCount: fresh.length, alreadyRevoked: revoked.size };
  const state = newRevocation(
    { ...asked, ...counts, setId: set.setId, reason, part, requestedTime: clock.now() },
    set.counter,
  );
  return (await revocations.insert(revocationId, state)) ?? (await loadRevocation(hashlists, revocationId));
}

// An entry of any release of the set can be taken back.
async function requireKnown(hashlists: Hashlists, set: HashSetState, wanted: Map<string, string>): Promise<void> {
  for await (const part of partsOf(hashlists, set)) {
    if (wanted.size === 0) return;
    for (const id of await idsIn(hashlists, part, wanted.keys())) wanted.delete(id);
  }
  if (wanted.size === 0) return;
  const fields = [...wanted.values()]
    .slice(0, NAMED)
    .map((field) => ({ field, description: "is no entry of this set" }));
  const named = fields.map(({ field }) => field).join(", ");
  const message = `${wanted.size} of them are no entries of this set; take them out and send it again: ${named}`;
  throw new Problem("NOT_FOUND", message, { fields });
}

async function answer(hashlists: Hashlists, revocation: RevocationState) {
  if (revocation.stage.name === "approved") await finishRevocation(hashlists, revocation);
  const { state: set } = await loadSet(hashlists, revocation.setId);
  const { state: now } = await loadRevocation(hashlists, revocation.revocationId);
  return toRevocationInfo(asAsked(now), set);
}
