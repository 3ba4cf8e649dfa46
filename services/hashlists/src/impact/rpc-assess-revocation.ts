import type { AssessRevocationRequest, AssessRevocationResponse } from "@ntd/proto/hashlists/v1/impact_service";
import type { CallContext } from "@ntd/rpc";
import { inSlices } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { idBytes } from "../entries/entry-id.ts";
import { validRevokeRequest } from "../revocations/revoke-request.ts";
import { requireKnown } from "../revocations/rpc-revoke-entries.ts";
import { revokedAmong } from "../revocations/store-revocations.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { entriesImpact } from "./entries-impact.ts";

/** What would follow if entries were taken back: refused as that would be, and nothing is kept of it. */
export function assessRevocation(deps: Deps) {
  return async (request: AssessRevocationRequest, context: CallContext): Promise<AssessRevocationResponse> => {
    const { state: set } = await loadSetFor(deps, request.setId, context, "see");
    const asked = { ...request, requestId: "", reason: "to see what would follow" };
    const { entries, cause } = await inSlices(validRevokeRequest(asked));
    const revoked = await revokedAmong(deps, set, entries.keys());
    const fresh = [...entries.keys()].filter((id) => !revoked.has(id));
    await requireKnown(deps, set, new Map(fresh.map((id) => [id, entries.get(id) ?? ""])), context.signal);
    const impact = await entriesImpact(deps, { setId: set.setId, ids: idBytes(fresh), cause });
    const counts = { entryCount: BigInt(fresh.length), alreadyRevokedCount: BigInt(revoked.size) };
    return { ...counts, ...(impact && { impact }) };
  };
}
