import { RejectNoticeRequest, type RejectNoticeResponse } from "@ntd/proto/takedown/v1/notice_service";
import {
  bodyDigest,
  callerOf,
  remember,
  remembered,
  requireRequestId,
  scopedRequestId,
  type CallContext,
} from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { noticesRejected } from "../metrics.ts";
import { stateOf } from "./notice.ts";
import { ownNotice } from "./own-notice.ts";
import { changeOf } from "./publish.ts";
import { reject } from "./rejection.ts";
import { taken } from "./taken.ts";

/** "Not taken." It leaves the provider's window at once and waits for an operator. */
export function rejectNotice(deps: Deps) {
  return async (request: RejectNoticeRequest, context: CallContext): Promise<RejectNoticeResponse> => {
    const caller = callerOf(context);
    const requestId = scopedRequestId(caller.person, "RejectNotice", requireRequestId(request.requestId));
    const digest = bodyDigest(RejectNoticeRequest.encode(request).finish());
    const { providerId, noticeId } = await ownNotice(deps, caller, request.noticeId);
    let answer: RejectNoticeResponse | undefined;
    await change(deps.notices, noticeId, (notice) => {
      if (notice === undefined) throw new Problem("NOT_FOUND");
      const first = remembered(notice.requests, requestId, digest);
      if (first instanceof Problem) throw first;
      if (first !== "new") return void (answer = first.answer);
      const now = deps.clock.now();
      const rejected = taken(reject(notice, request, now));
      const said = { receivedTime: now, state: stateOf(rejected) };
      answer = said;
      const requests = remember(notice.requests, { requestId, digest, answer: said });
      return changeOf(notice, { ...rejected, requests }, now);
    });
    if (answer === undefined) throw new Problem("NOT_FOUND");
    noticesRejected(request.reason);
    deps.bells.over(providerId, noticeId);
    return answer;
  };
}
