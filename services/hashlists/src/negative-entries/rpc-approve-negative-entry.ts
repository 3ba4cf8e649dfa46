import type {
  ApproveNegativeEntryRequest,
  ApproveNegativeEntryResponse,
} from "@ntd/proto/hashlists/v1/negative_entry_service";
import { requireRequestId, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { loadRelease } from "../releases/load-release.ts";
import { activateRelease } from "../releases/rpc-activate-release.ts";
import { approveRelease } from "../releases/rpc-approve-release.ts";
import { loadSetFor } from "../sets/load-set.ts";

/** The second person's word, and what follows from it at once. Killed in between, the repeat puts it in force. */
export function approveNegativeEntry(deps: Deps) {
  const [approve, activate] = [approveRelease(deps), activateRelease(deps)];
  return async (request: ApproveNegativeEntryRequest, context: CallContext): Promise<ApproveNegativeEntryResponse> => {
    requireRequestId(request.requestId);
    const { state } = await loadRelease(deps, request.releaseId);
    await loadSetFor(deps, state.setId, context, "approve");
    if (!("negativeEntry" in state.stage) || state.stage.negativeEntry === undefined) {
      throw new Problem(
        "WRONG_STATE",
        "This release is a list, not a negative entry; approve it as one (set approve).",
      );
    }
    if (state.stage.name !== "approved") await approve(request, context);
    return await activate(request, context);
  };
}
