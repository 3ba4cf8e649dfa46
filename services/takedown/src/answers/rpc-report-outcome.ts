import { changeOnce } from "@ntd/host";
import { ReportOutcomeRequest, type ReportOutcomeResponse } from "@ntd/proto/takedown/v1/notice_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import { report } from "./answer.ts";
import type { Deps } from "../deps.ts";
import { sealDisputes } from "./dispute.ts";
import { noticesAnswered } from "../metrics.ts";
import { stateOf, type Notice } from "../notices/notice.ts";
import { answerFaults } from "./outcome-faults.ts";
import { ownNotice } from "../notices/own-notice.ts";
import { changeOf } from "../notices/publish.ts";
import { tellDispatch } from "../dispatches/settle.ts";
import { taken } from "./taken.ts";

/** What a provider says it did, stamped when it is received. */
export function reportOutcome(deps: Deps) {
  return async (request: ReportOutcomeRequest, context: CallContext): Promise<ReportOutcomeResponse> => {
    const caller = callerOf(context);
    const body = ReportOutcomeRequest.encode(request).finish();
    const call = { caller: caller.person, method: "ReportOutcome", requestId: request.requestId, body };
    const notice = await ownNotice(deps, caller, request.noticeId);
    const { providerId } = notice;
    requireNoMore(request.outcomes.length, notice.targets.length);
    const { outcomes } = gather(
      {
        requestId: () => requireRequestId(request.requestId),
        outcomes: () => sealDisputes(request.outcomes, deps.sealer, deps.clock.now()),
      },
      { answer: () => requireAnswer(notice, request) },
    );
    const { document, answer, isRepeat } = await changeOnce(deps.notices, request.noticeId, call, (found) => {
      if (found === undefined) throw new Problem("NOT_FOUND");
      const now = deps.clock.now();
      const reported = taken(report(found, request.revision, outcomes, now));
      return {
        state: reported,
        ...changeOf(found, reported, now),
        answer: { receivedTime: now, state: stateOf(reported) },
      };
    });
    if (!isRepeat) for (const { outcome } of request.outcomes) noticesAnswered(outcome);
    await tellDispatch(deps, document.state);
    deps.bells.over(providerId, request.noticeId, request.revision);
    return answer;
  };
}

function requireAnswer(notice: Notice, { revision, outcomes }: ReportOutcomeRequest): void {
  const faults = answerFaults(notice, revision, outcomes);
  if (faults.length > 0) throw Problem.fields(...faults);
}

// Before why it disputes is sealed for each: a message holds hundreds of thousands.
function requireNoMore(outcomes: number, targets: number): void {
  if (outcomes <= targets) return;
  const description = `names ${outcomes}, and the notice has ${targets} targets; name each once`;
  throw Problem.fields({ field: "outcomes", description });
}
