import { HoldCaseRequest, type HoldCaseResponse } from "@ntd/proto/casework/v1/hold_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { derivedId, gather } from "@ntd/service";
import { changedCaseOnce } from "../cases/change-case-once.ts";
import { callFields, requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { lookEveryMsOf, requireExpireTime, requireTime } from "./fields.ts";
import { FIRST_MS, heldByOfficer } from "./hold.ts";
import { publishedHolds } from "./published-holds.ts";
import { toldAnswer } from "./told-hold.ts";

/**
 * The hold is stored and on its way as an event before takedown is asked what has left already: whatever ends this call
 * in between, the case is held, and the call may come again.
 */
export function holdCase(deps: Deps) {
  return async (request: HoldCaseRequest, context: CallContext): Promise<HoldCaseResponse> => {
    const caller = callerOf(context);
    const { lookEveryMs } = gather(
      {
        ...callFields(request),
        reason: () => requireReason(request.reason),
        expireTime: () => requireTime(request.expireTime),
        lookEveryMs: () => lookEveryMsOf(request.lookEvery),
      },
      { expireTime: () => requireExpireTime(request.expireTime, deps.clock.now()) },
    );
    const holdId = derivedId("hold", request.caseId, caller.person, request.requestId);
    const body = HoldCaseRequest.encode(request).finish();
    const call = { ...request, method: "HoldCase", caller, body, holdId };
    const { document, answer } = await changedCaseOnce(deps, call, (file, now) => {
      requireExpireTime(request.expireTime, now);
      const expireTime = request.expireTime ?? new Date(now.getTime() + FIRST_MS);
      const looks = lookEveryMs !== undefined && { lookEveryMs };
      const reason = deps.sealer.seal(request.reason, "words", now);
      return heldByOfficer(file, { holdId, by: caller.person, sinceTime: now, expireTime, reason, ...looks });
    });
    const { state, version } = document;
    const holds = publishedHolds(state);
    const { left } = await deps.holding.tellHolds({ caseId: request.caseId, caseVersion: BigInt(version), holds });
    const [hold] = await toldAnswer(deps, answer, { caller, seer: "police" });
    return { hold, alreadySent: left };
  };
}
