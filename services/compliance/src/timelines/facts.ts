import type { DataOf } from "@ntd/bus";
import { goneSince } from "@ntd/facts";
import { Problem } from "@ntd/service";
import type { CaseFacts } from "./case-view.ts";
import type { Answered, NoticeFacts, TargetFacts } from "./timeline.ts";

type Notice = DataOf<"notice">;

/** What a notice's event says about each of its targets. */
export function noticeFacts(notice: Notice, version: number): NoticeFacts[] {
  const { noticeId, caseId, decisionId, providerId } = notice;
  const withdrawn = known("state", notice.state) === "NOTICE_STATE_WITHDRAWN";
  return notice.targets.map(({ targetId, episode, lastSeenTime, goneTime, goneBeforeOffer, answers }) => ({
    version,
    noticeId,
    targetId,
    episode,
    caseId,
    decisionId,
    providerId,
    environment: known("environment", notice.environment),
    withdrawn,
    issuedTime: given("issued_time", notice.issuedTime),
    offeredTime: notice.offeredTime,
    acknowledgedTime: notice.acknowledgedTime,
    lastSeenTime,
    goneTime,
    goneBeforeOffer,
    answers: answers.map(answered),
  }));
}

function answered({ outcome, revision, receivedTime }: Notice["targets"][number]["answers"][number]): Answered {
  return { outcome: known("outcome", outcome), revision, receivedTime: given("received_time", receivedTime) };
}

/** Gone counts once the prober says it, not at the first miss. */
export function targetFacts(target: DataOf<"target">, version: number): TargetFacts {
  const { lastSeenTime, slotsRequired } = target;
  return { version, lastSeenTime, goneTime: goneSince(target), slotsRequired };
}

export function caseFacts({ decision, firstReportTime, firstReportRevision, reportIds }: DataOf<"case">): CaseFacts {
  return {
    decision: decision && {
      decisionId: decision.decisionId,
      decidedTime: given("decided_time", decision.decidedTime),
    },
    firstReport: { time: firstReportTime, revision: firstReportRevision },
    reportIds,
  };
}

export function given(field: string, time: Date | undefined): Date {
  if (time === undefined) throw new Problem("EVENT_UNREADABLE", `${field} is missing.`);
  return time;
}

// Kept as a dead letter, which can be sent again once this service knows the value.
function known<V extends string>(field: string, value: V): V {
  if (value === "UNRECOGNIZED") throw new Problem("EVENT_UNREADABLE", `${field} holds a value of a newer release.`);
  return value;
}
