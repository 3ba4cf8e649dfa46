import type { GetRevocationImpactRequest, GetRevocationImpactResponse } from "@ntd/proto/hashlists/v1/impact_service";
import type { CallContext } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { loadRevocation } from "../revocations/load-revocation.ts";
import { toRevocationInfo } from "../revocations/revocation-message.ts";
import { frozenIds } from "../revocations/store-revocations.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { entriesImpact, touchedBy } from "./entries-impact.ts";

/** A revocation, and where all that stands on its entries, or stood on them, is by now. */
export function getRevocationImpact(deps: Deps) {
  return async (
    { revocationId }: GetRevocationImpactRequest,
    context: CallContext,
  ): Promise<GetRevocationImpactResponse> => {
    const { state: revocation } = await loadRevocation(deps, revocationId, "revocation");
    const { setId, part } = revocation;
    const { state: set } = await loadSetFor(deps, setId, context, "see");
    const now = await entriesImpact(deps, touchedBy(revocation, await frozenIds(deps, part)));
    return { revocation: toRevocationInfo(revocation, set), ...(now && { now }) };
  };
}
