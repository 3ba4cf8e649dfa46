import type { AssessRevocationRequest, AssessRevocationResponse } from "@ntd/proto/hashlists/v1/impact_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { inSlices } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { idBytes } from "../entries/entry-id.ts";
import { validRevokeRequest } from "../revocations/revoke-request.ts";
import { personsToTakeBack, toTakeBack } from "../revocations/rpc-revoke-entries.ts";
import { withFiles } from "../revocations/with-files.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { entriesImpact } from "./entries-impact.ts";

/** What would follow if entries were taken back: refused as that would be, and nothing is kept of it. */
export function assessRevocation(deps: Deps) {
  return async (request: AssessRevocationRequest, context: CallContext): Promise<AssessRevocationResponse> => {
    const { state: set } = await loadSetFor(deps, request.setId, context, "see");
    const asked = { ...request, requestId: "", reason: "to see what would follow" };
    const { entries, cause } = await inSlices(validRevokeRequest(asked));
    const files = { ...withFiles(request), isCounted: true };
    const would = await toTakeBack(deps, set, entries, files, context.signal);
    const { fresh } = would;
    const impact = await entriesImpact(deps, { setId: set.setId, ids: idBytes(fresh), cause });
    const counts = { entryCount: BigInt(fresh.length), alreadyRevokedCount: BigInt(would.revokedBefore) };
    const personCount = await personsToTakeBack(deps, callerOf(context).person, fresh.length);
    return { ...counts, personCount, sameFileCount: BigInt(would.files?.count ?? 0), ...(impact && { impact }) };
  };
}
