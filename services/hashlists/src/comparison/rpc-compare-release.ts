import type { CompareReleaseRequest, CompareReleaseResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { CallContext } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { loadRelease } from "../releases/load-release.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { compared } from "./compare.ts";
import { toComparison } from "./comparison-message.ts";

/** What a release would change in what is in force. */
export function compareRelease(deps: Deps) {
  return async ({ releaseId }: CompareReleaseRequest, context: CallContext): Promise<CompareReleaseResponse> => {
    const { state: release } = await loadRelease(deps, releaseId);
    const { state: set } = await loadSetFor(deps, release.setId, context, "see");
    return { comparison: toComparison(await compared(deps, release, set)), isUnderWay: false };
  };
}
