import { UndoDecisionRequest, type UndoDecisionResponse } from "@ntd/proto/casework/v1/case_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import type { Deps } from "../deps.ts";
import { refusedBlind, refusedLooker } from "../second-look/lookers.ts";
import { undone } from "./hold-back.ts";

export function undoDecision(deps: Deps) {
  return async (request: UndoDecisionRequest, context: CallContext): Promise<UndoDecisionResponse> => {
    const caller = callerOf(context);
    const body = UndoDecisionRequest.encode(request).finish();
    const view = await changeCaseOnce(deps, { ...request, method: "UndoDecision", caller, body }, (file, now) => {
      const blind = refusedBlind(file, caller);
      if (blind !== undefined) return blind;
      const after = undone(file, caller.person, now, deps.claimMs);
      return "refused" in after ? after : (refusedLooker(after, caller.person, deps.supervisors) ?? after);
    });
    return { case: view };
  };
}
