import { ReportOutcomeRequest, type ReportOutcomeResponse } from "@ntd/proto/takedown/v1/notice_service";
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
import { report } from "./answer.ts";
import type { Deps } from "../deps.ts";
import { noticesAnswered } from "../metrics.ts";
import { stateOf } from "./notice.ts";
import { ownNotice } from "./own-notice.ts";
import { changeOf } from "./publish.ts";
import { settleStoredNotice } from "../dispatches/settle.ts";
import { taken } from "./taken.ts";

/** What a provider says it did, stamped when it is received. */
export function reportOutcome(deps: Deps) {
  return async (request: ReportOutcomeRequest, context: CallContext): Promise<ReportOutcomeResponse> => {
    const caller = callerOf(context);
    const requestId = scopedRequestId(caller.person, "ReportOutcome", requireRequestId(request.requestId));
    const digest = bodyDigest(ReportOutcomeRequest.encode(request).finish());
    const { providerId } = await ownNotice(deps, caller, request.noticeId);
    let answer: ReportOutcomeResponse | undefined;
    let repeated = false;
    await change(deps.notices, request.noticeId, (notice) => {
      if (notice === undefined) throw new Problem("NOT_FOUND");
      const first = remembered(notice.requests, requestId, digest);
      if (first instanceof Problem) throw first;
      repeated = first !== "new";
      if (first !== "new") return void (answer = first.answer);
      const now = deps.clock.now();
      const reported = taken(report(notice, request.revision, request.outcomes, now));
      answer = { receivedTime: now, state: stateOf(reported) };
      const entry = { requestId, digest, answer: { receivedTime: now, state: stateOf(reported) } };
      return changeOf(notice, { ...reported, requests: remember(notice.requests, entry) }, now);
    });
    if (answer === undefined) throw new Problem("NOT_FOUND");
    if (!repeated) for (const { outcome } of request.outcomes) noticesAnswered(outcome);
    await settleStoredNotice(deps, request.noticeId);
    deps.bells.over(providerId, request.noticeId);
    return answer;
  };
}
