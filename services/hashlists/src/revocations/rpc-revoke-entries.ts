import { RevokeEntriesRequest, type RevokeEntriesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, inSlices, Problem } from "@ntd/service";
import { idsIn, partsOf } from "../entries/find-entries.ts";
import type { Deps } from "../deps.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadRevocation } from "./load-revocation.ts";
import { loadSet, loadSetFor } from "../sets/load-set.ts";
import { asAsked, newRevocation, type RevocationState } from "./revocation.ts";
import { NAMED, validRevokeRequest, type WantedEntries } from "./revoke-request.ts";
import { freezeIds, revokedAmong } from "./store-revocations.ts";
import { finishRevocation } from "../sets/take-effect.ts";
import { toRevocationInfo } from "./revocation-message.ts";

/** Takes entries back: what is frozen in a document takes effect at once, or waits for a second person. */
export function revokeEntries(deps: Deps) {
  return async (request: RevokeEntriesRequest, context: CallContext): Promise<RevokeEntriesResponse> => {
    const { person, id: callerId } = callerOf(context);
    const requestId = scopedRequestId(callerId, "RevokeEntries", requireRequestId(request.requestId));
    await loadSetFor(deps, request.setId, context, "revoke");
    const wanted = await inSlices(validRevokeRequest(request));
    const digest = bodyDigest(RevokeEntriesRequest.encode({ ...request, requestId: "" }).finish());
    const revocationId = derivedId("revocation", requestId);
    const there =
      (await deps.revocations.load(revocationId)) ??
      (await freeze(deps, wanted, { revocationId, digest, requestedBy: person, setId: request.setId }, context.signal));
    if (there.state.digest !== digest) throw new Problem("REQUEST_ID_REUSED");
    return { revocation: await answer(deps, there.state) };
  };
}

async function freeze(
  deps: Deps,
  { reason, cause, entries }: WantedEntries,
  asked: Pick<RevocationState, "revocationId" | "digest" | "requestedBy" | "setId">,
  signal: AbortSignal,
) {
  const { revocations, clock } = deps;
  const { revocationId, digest } = asked;
  const { state: set } = await loadSet(deps, asked.setId);
  const revoked = await revokedAmong(deps, set, entries.keys());
  const fresh = [...entries.keys()].filter((id) => !revoked.has(id));
  await requireKnown(deps, set, new Map(fresh.map((id) => [id, entries.get(id) ?? ""])), signal);
  // Named for all that decides what is in it: an attempt that was cut off leaves nothing that another one would take.
  const part = derivedId("revoked", revocationId, digest, set.counter);
  await freezeIds(deps, part, fresh);
  const counts = { entryCount: fresh.length, alreadyRevoked: revoked.size };
  const state = newRevocation(
    { ...asked, ...counts, setId: set.setId, reason, cause, part, requestedTime: clock.now() },
    set.counter,
  );
  return (await revocations.insert(revocationId, state)) ?? (await loadRevocation(deps, revocationId));
}

/**
 * An entry of any release of the set can be taken back.
 *
 * @throws Problem NOT_FOUND naming the first that are no entries.
 */
export async function requireKnown(
  deps: Deps,
  set: HashSetState,
  wanted: Map<string, string>,
  signal: AbortSignal,
): Promise<void> {
  for await (const part of partsOf(deps, set)) {
    if (wanted.size === 0) return;
    // Nobody waits any more: the rest of the releases is not searched.
    signal.throwIfAborted();
    for (const id of await idsIn(deps, part, wanted.keys())) wanted.delete(id);
  }
  if (wanted.size === 0) return;
  const fields = [...wanted.values()]
    .slice(0, NAMED)
    .map((field) => ({ field, description: "is no entry of this set" }));
  const named = fields.map(({ field }) => field).join(", ");
  const message = `${wanted.size} of them are no entries of this set; take them out and send it again: ${named}`;
  throw new Problem("NOT_FOUND", message, { fields });
}

async function answer(deps: Deps, revocation: RevocationState) {
  if (revocation.stage.name === "pending") deps.assessSoon();
  if (revocation.stage.name === "approved") await finishRevocation(deps, revocation);
  const { state: set } = await loadSet(deps, revocation.setId);
  const { state: now } = await loadRevocation(deps, revocation.revocationId);
  return toRevocationInfo(asAsked(now), set);
}
