import { changeOnce } from "@ntd/host";
import { RejectNoticeRequest, type RejectNoticeResponse } from "@ntd/proto/takedown/v1/notice_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { noticesRejected } from "../metrics.ts";
import { stateOf, type Notice } from "../notices/notice.ts";
import { ownNotice } from "../notices/own-notice.ts";
import { changeOf } from "../notices/publish.ts";
import { reject, rejectionFaults } from "./rejection.ts";
import { taken } from "./taken.ts";

/** "Not taken." It leaves the provider's window at once and waits for an operator. */
export function rejectNotice(deps: Deps) {
  return async (request: RejectNoticeRequest, context: CallContext): Promise<RejectNoticeResponse> => {
    const caller = callerOf(context);
    const body = RejectNoticeRequest.encode(request).finish();
    const call = { caller: caller.person, method: "RejectNotice", requestId: request.requestId, body };
    const own = await ownNotice(deps, caller, request.noticeId);
    const { providerId, noticeId } = own;
    gather({ requestId: () => requireRequestId(request.requestId) }, { words: () => requireRejection(own, request) });
    const { answer, isRepeat } = await changeOnce(deps.notices, noticeId, call, (notice) => {
      if (notice === undefined) throw new Problem("NOT_FOUND");
      const now = deps.clock.now();
      const rejected = taken(reject(notice, request, now));
      return {
        state: rejected,
        ...changeOf(notice, rejected, now),
        answer: { receivedTime: now, state: stateOf(rejected) },
      };
    });
    if (!isRepeat) noticesRejected(request.reason);
    deps.bells.over(providerId, noticeId, request.revision);
    return answer;
  };
}

function requireRejection(notice: Notice, request: RejectNoticeRequest): void {
  const faults = rejectionFaults(notice, request);
  if (faults.length > 0) throw Problem.fields(...faults);
}
