import type { Answered, NoticeFacts, NoticeTimes, TargetFacts, Timeline } from "../src/timelines/timeline.ts";

/** For tests: a moment `seconds` after the notice of the examples was issued. */
export function at(seconds: number): Date {
  return new Date(Date.UTC(2030, 0, 1) + seconds * 1000);
}

/** For tests: a notice just issued. */
export function noticeExample(changed: Partial<NoticeFacts> = {}): NoticeFacts {
  return {
    version: 1,
    noticeId: "notice-1",
    targetId: "target-1",
    episode: 1,
    caseId: "case-1",
    decisionId: "decision-1",
    providerId: "isp-1",
    environment: "ENVIRONMENT_TEST",
    withdrawn: false,
    issuedTime: at(0),
    offeredTime: undefined,
    acknowledgedTime: undefined,
    lastSeenTime: undefined,
    goneTime: undefined,
    goneBeforeOffer: false,
    answers: [],
    ...changed,
  };
}

/** For tests: a target still present. */
export function targetExample(changed: Partial<TargetFacts> = {}): TargetFacts {
  return { version: 1, lastSeenTime: at(-1), goneTime: undefined, slotsRequired: 3, ...changed };
}

/** For tests: a notice just issued about a target of which nothing has been heard. */
export function timelineExample(changed: Partial<NoticeFacts> = {}, target?: Partial<TargetFacts>): Timeline {
  return {
    schemaVersion: 1,
    notice: noticeExample(changed),
    target: target && targetExample(target),
    reportedTime: undefined,
    decidedTime: undefined,
  };
}

/** For tests: an answer `seconds` after issue. */
export function answer(outcome: Answered["outcome"], seconds: number, revision = 1): Answered {
  return { outcome, revision, receivedTime: at(seconds) };
}

/** For tests: an open notice that nobody acknowledged. */
export function timesExample(changed: Partial<NoticeTimes> = {}): NoticeTimes {
  return {
    environment: "ENVIRONMENT_TEST",
    slotsRequired: 3,
    standing: "open",
    reportedTime: at(-100),
    decidedTime: at(-10),
    ofPage: false,
    issuedTime: at(0),
    offeredTime: at(1),
    acknowledgedTime: undefined,
    answer: undefined,
    lastSeenTime: at(-1),
    goneTime: undefined,
    goneStrength: "GONE_STRENGTH_UNSPECIFIED",
    singleVantage: false,
    notObservable: false,
    lastLookTime: undefined,
    cloaked: false,
    restrictedHere: false,
    claimedStillPresent: false,
    suspensions: [],
    suspended: false,
    lapsed: false,
    offered: true,
    reversed: false,
    withdrawnTime: undefined,
    restoreWithheld: false,
    cannotRestore: false,
    toRestore: false,
    restored: false,
    restoredTime: undefined,
    isHeld: false,
    keptBack: false,
    kept: [],
    keptByPolice: [],
    keptByFirst: [],
    heldAfterSending: false,
    asksToPreserve: false,
    preservation: "PRESERVATION_UNSPECIFIED",
    abroad: undefined,
    hotlineAction: "HOTLINE_ACTION_UNSPECIFIED",
    ...changed,
  };
}
