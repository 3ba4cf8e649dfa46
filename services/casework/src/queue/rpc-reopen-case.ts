import { ReopenCaseRequest, type ReopenCaseResponse } from "@ntd/proto/casework/v1/case_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import { changeCaseOnce } from "../cases/change-case-once.ts";
import { callFields, requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { refusedLooker } from "../second-look/lookers.ts";
import { requireViewLeft, viewOf } from "../views/open-picture.ts";
import { claimed } from "../claims/claim.ts";
import { reopened } from "./reopen.ts";

export function reopenCase(deps: Deps) {
  return async (request: ReopenCaseRequest, context: CallContext): Promise<ReopenCaseResponse> => {
    const caller = callerOf(context);
    const { person } = caller;
    gather({ ...callFields(request), reason: () => requireReason(request.reason) });
    const body = ReopenCaseRequest.encode(request).finish();
    const found = request.claim ? (await deps.cases.load(request.caseId))?.state : undefined;
    if (found !== undefined) await requireViewLeft(deps, person, viewOf(found));
    const view = await changeCaseOnce(deps, { ...request, method: "ReopenCase", caller, body }, (file, now) => {
      const reason = deps.sealer.seal(request.reason, "words", now);
      const after = reopened(file, { reopenedBy: person, reopenedTime: now, reason }, request);
      if ("refused" in after || !request.claim) return after;
      return refusedLooker(after, person, deps.supervisors) ?? claimed(after, person, now, deps.claimMs);
    });
    return { case: view };
  };
}
