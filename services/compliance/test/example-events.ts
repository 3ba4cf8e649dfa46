import { WITHDRAWS_NOTHING } from "@ntd/facts";
import type { DataOf } from "@ntd/bus";
import { unobserved, unobservedCase, unobservedNotice, undoubtedNotice, plainAnswer } from "@ntd/testing";
import { at } from "./examples.ts";

type Notice = DataOf<"notice">;
type NoticeTarget = Notice["targets"][number];

/** For tests: a report of target-1, a hundred seconds before issue. */
export function reportEvent(changed: Partial<DataOf<"report">> = {}): DataOf<"report"> {
  return {
    reportId: "report-1",
    channel: "CHANNEL_PUBLIC",
    receivedTime: at(-100),
    targets: [reportedTarget("target-1")],
    threat: undefined,
    description: undefined,
    language: "",
    ...changed,
  };
}

function reportedTarget(targetId: string): DataOf<"report">["targets"][number] {
  return {
    targetId,
    address: undefined,
    observedTime: undefined,
    mediaType: "MEDIA_TYPE_UNSPECIFIED",
    fingerprints: [],
  };
}

/** For tests: target-1, present in its first episode. */
export function targetEvent(changed: Partial<DataOf<"target">> = {}): DataOf<"target"> {
  return {
    targetId: "target-1",
    episode: 1,
    state: "TARGET_STATE_PRESENT",
    reason: "PROBE_REASON_UNSPECIFIED",
    address: undefined,
    resolvedIp: "",
    firstSeenTime: at(-90),
    lastSeenTime: at(-90),
    goneTime: undefined,
    slotsRequired: 3,
    content: undefined,
    vantage: "",
    probedTime: at(-90),
    ...unobserved,
    ...changed,
  };
}

/** For tests: the case of target-1 with its report, open; decided when `decisionId` is given. */
export function caseEvent(changed: Partial<DataOf<"case">> = {}, decisionId?: string): DataOf<"case"> {
  const verdict = "VERDICT_ILLEGAL";
  const by = { decidedBy: "machine", decidedTime: at(-5), basis: "", despiteGone: false, ...WITHDRAWS_NOTHING };
  const decided = { ...by, classifications: [], reason: undefined };
  return {
    caseId: "case-1",
    targetId: "target-1",
    episode: 1,
    state: "CASE_STATE_OPEN",
    priority: "PRIORITY_NORMAL",
    queueReason: "QUEUE_REASON_UNSPECIFIED",
    address: undefined,
    resolvedIp: "",
    targetState: "TARGET_STATE_PRESENT",
    targetReason: "PROBE_REASON_UNSPECIFIED",
    hits: [],
    evidenceRevision: 1,
    decision: decisionId === undefined ? undefined : { decisionId, verdict, ...decided },
    reportCount: 1,
    reportIds: ["report-1"],
    openedTime: at(-80),
    fingerprints: [],
    firstReportTime: undefined,
    firstReportRevision: 0,
    ...unobservedCase,
    ...changed,
  };
}

/** For tests: notice-1 to isp-1 about target-1, just issued. */
export function noticeEvent(changed: Partial<Notice> = {}, target: Partial<NoticeTarget> = {}): Notice {
  return {
    noticeId: "notice-1",
    dispatchId: "dispatch-1",
    caseId: "case-1",
    decisionId: "decision-1",
    providerId: "isp-1",
    environment: "ENVIRONMENT_TEST",
    kind: "NOTICE_KIND_NOTICE",
    action: "ACTION_REMOVE",
    revision: 1,
    state: "NOTICE_STATE_ISSUED",
    targets: [noticeTarget(target)],
    issuedTime: at(0),
    offeredTime: undefined,
    acknowledgedTime: undefined,
    answeredTime: undefined,
    verifiedGoneTime: undefined,
    closedTime: undefined,
    complyWithin: undefined,
    rejections: [],
    undeliverableReason: "",
    undeliverableTime: undefined,
    lookAskedTime: undefined,
    ...undoubtedNotice,
    ...changed,
  };
}

function noticeTarget(changed: Partial<NoticeTarget>): NoticeTarget {
  return {
    targetId: "target-1",
    episode: 1,
    address: undefined,
    answers: [],
    lastSeenTime: undefined,
    goneTime: undefined,
    goneBeforeOffer: false,
    ...unobservedNotice,
    ...changed,
  };
}

/** For tests: the provider's answer `seconds` after issue. */
export function answerEvent(outcome: NoticeTarget["answers"][number]["outcome"], seconds: number) {
  return {
    outcome,
    cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED",
    receivedTime: at(seconds),
    measureTime: undefined,
    revision: 1,
    reference: "",
    ...plainAnswer,
  } as const;
}
