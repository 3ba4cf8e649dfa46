import { personsFor } from "@ntd/facts";
import { RestoreEntriesRequest, type RestoreEntriesResponse } from "@ntd/proto/hashlists/v1/revocation_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, inSlices, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { namedFaults } from "../entries/named-faults.ts";
import { loadSet, loadSetFor } from "../sets/load-set.ts";
import { requireInUse } from "../sets/require-in-use.ts";
import { finishRevocation } from "../sets/take-effect.ts";
import { loadRevocation } from "./load-revocation.ts";
import { toRevocationInfo } from "./revocation-message.ts";
import { asAsked, newRevocation, type RevocationState } from "./revocation.ts";
import { validRevokeRequest, type WantedEntries } from "./revoke-request.ts";
import { ofSameFiles } from "./same-files.ts";
import { requireFew, withFiles } from "./with-files.ts";
import { freezeIds } from "./store-revocations.ts";

/** Asks for entries to be found again that were taken back: what is frozen in a document waits for another person. */
export function restoreEntries(deps: Deps) {
  return async (request: RestoreEntriesRequest, context: CallContext): Promise<RestoreEntriesResponse> => {
    const { person, id: callerId } = callerOf(context);
    const requestId = scopedRequestId(callerId, "RestoreEntries", requireRequestId(request.requestId));
    requireInUse((await loadSetFor(deps, request.setId, context, "revoke")).state);
    const asked = { ...request, cause: "REVOCATION_CAUSE_UNSPECIFIED" } as const;
    const wanted = await inSlices(validRevokeRequest(asked));
    const digest = bodyDigest(RestoreEntriesRequest.encode({ ...request, requestId: "" }).finish());
    const revocationId = derivedId("restoration", requestId);
    const there =
      (await deps.revocations.load(revocationId)) ??
      (await freeze(
        deps,
        wanted,
        { revocationId, digest, requestedBy: person, setId: request.setId, ...withFiles(request) },
        context.signal,
      ));
    if (there.state.digest !== digest) throw new Problem("REQUEST_ID_REUSED");
    if (there.state.stage.name === "approved") await finishRevocation(deps, there.state);
    const { state: set } = await loadSet(deps, request.setId);
    const { state: now } = await loadRevocation(deps, revocationId);
    return { restoration: toRevocationInfo(asAsked(now), set) };
  };
}

// As revoking does: the ids first, then what names them; cut off in between, nothing was asked for.
async function freeze(
  deps: Deps,
  { reason, entries }: WantedEntries,
  asked: Pick<RevocationState, "revocationId" | "digest" | "requestedBy" | "setId" | "withItsFiles">,
  signal: AbortSignal,
) {
  const { revocationId, digest } = asked;
  const { state: set } = await loadSet(deps, asked.setId);
  const revoked = (await deps.revokedIn(set)).among(entries.keys());
  const others = [...entries].filter(([id]) => !revoked.has(id)).map(([, field]) => field);
  if (others.length > 0) throw namedFaults(others, "is not taken back", "are not taken back in this set");
  const looked = asked.withItsFiles && (await ofSameFiles(deps, set, new Set(entries.keys()), { signal }));
  const alike = looked ? (await deps.revokedIn(set)).among(looked.ids) : new Set<string>();
  const ids = [...revoked, ...alike];
  if (asked.withItsFiles) requireFew(ids.length);
  const part = derivedId("restored", revocationId, digest, set.counter, ...(looked ? [looked.releaseId] : []));
  await freezeIds(deps, part, ids);
  const counts = { entryCount: ids.length, alreadyRevoked: 0, persons: personsFor(["restore_entries"]) };
  const told = { reason, part, requestedTime: deps.clock.now(), ...(looked && { sameFiles: alike.size }) };
  const state = newRevocation({ ...asked, ...counts, ...told, restores: true }, set.counter);
  return (await deps.revocations.insert(revocationId, state)) ?? (await loadRevocation(deps, revocationId));
}
