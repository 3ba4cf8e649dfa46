import type { DataOf } from "@ntd/bus";
import { answerEvent } from "./example-events.ts";
import { at } from "./examples.ts";
import { caseStep, notice, report, target, type Step } from "./steps.ts";

type Case = DataOf<"case">;
type Hold = NonNullable<Case["holds"]>["holds"][number];

/** For tests: an officer's hold, in force. */
export function hold(holdId: string, seconds: number, changed: Partial<Hold> = {}): Hold {
  return {
    holdId,
    cause: "HOLD_CAUSE_OFFICER",
    sinceTime: at(seconds),
    expireTime: at(seconds + 500),
    lookEvery: undefined,
    waitsForSupervisor: false,
    releasedTime: undefined,
    expired: false,
    looksGoOn: false,
    ...changed,
  };
}

/** For tests: all of a case. */
export const holds = (...all: Hold[]) => ({ holds: all, earlier: undefined });

/** For tests: told to police at once. */
export function referral(changed: Partial<NonNullable<Case["referral"]>> = {}): NonNullable<Case["referral"]> {
  return {
    causes: ["REFERRAL_CAUSE_UNKNOWN_MATERIAL"],
    referredTime: at(0),
    acknowledgedTime: undefined,
    outcome: "REFERRAL_OUTCOME_UNSPECIFIED",
    feedbackTime: undefined,
    withdrawnTime: undefined,
    ...changed,
  };
}

const held = { firstReportTime: at(-100), firstReportRevision: 1, openedTime: at(-90), lane: "LANE_VICTIM" } as const;
const police = hold("hold-1", -20);
const first = hold("hold-2", 0, { cause: "HOLD_CAUSE_POLICE_FIRST", looksGoOn: true });
const released = { ...police, releasedTime: at(30) };
const expired = { ...first, releasedTime: at(60), expired: true };
const asked = { assessment: "ASSESSMENT_UNSPECIFIED", askedTime: at(-50), answeredTime: undefined } as const;
const noticeTimes = { providerId: "isp-1", issuedTime: at(0) };

/** One that police and then the rule keep back for a minute, acknowledged, gone. */
const heldStory: Step[] = [
  report({
    happeningToMe: true,
    lifeAtRisk: true,
    threat: { type: "THREAT_TYPE_SEXUAL", nature: "THREAT_NATURE_CONTACT" },
  }),
  caseStep(1, { ...held, holds: holds(police), icse: asked }),
  caseStep(2, { ...held, lane: "LANE_LIFE_AT_RISK", lifeAtRisk: true, holds: holds(police), icse: asked }),
  caseStep(3, { ...held, lifeAtRisk: true, holds: holds(police, first), referral: referral() }, "decision-1"),
  caseStep(
    4,
    { ...held, holds: holds(released, first), referral: referral({ acknowledgedTime: at(40) }) },
    "decision-1",
  ),
  caseStep(
    5,
    {
      ...held,
      lane: undefined,
      holds: holds(released, expired, hold("hold-3", 200)),
      icse: { ...asked, assessment: "ASSESSMENT_UNKNOWN", answeredTime: at(50) },
      referral: referral({
        causes: ["REFERRAL_CAUSE_UNKNOWN_MATERIAL", "REFERRAL_CAUSE_VICTIM"],
        acknowledgedTime: at(40),
        feedbackTime: at(70),
        outcome: "REFERRAL_OUTCOME_CHILD_SAFE",
      }),
    },
    "decision-1",
  ),
  notice(1, noticeTimes),
  notice(2, {
    ...noticeTimes,
    offeredTime: at(61),
    acknowledgedTime: at(71),
    preserveFor: { seconds: 86_400n, nanos: 0 },
  }),
  notice(
    3,
    { ...noticeTimes, offeredTime: at(61), acknowledgedTime: at(71), preserveFor: { seconds: 86_400n, nanos: 0 } },
    { answers: [{ ...answerEvent("OUTCOME_REMOVED", 81), preservation: "PRESERVATION_PRESERVED" }] },
  ),
  target(1, { lastSeenTime: at(81) }),
  target(2, {
    state: "TARGET_STATE_GONE",
    lastSeenTime: at(81),
    goneTime: at(161),
    goneStrength: "GONE_STRENGTH_ABSENT",
  }),
];

const abroad = {
  noticeId: "notice-2",
  caseId: "case-2",
  decisionId: "decision-2",
  providerId: "hotline-nl",
  route: "ROUTE_HOTLINE",
  country: "NL",
} as const;
const removed = { hotlineAction: "HOTLINE_ACTION_CONTENT_REMOVED" } as const;
const told = { hotlineAction: "HOTLINE_ACTION_REPORTED_TO_PROVIDER" } as const;

/** One to a hotline of another country. */
const abroadStory: Step[] = [
  report({ reportId: "report-2", channel: "CHANNEL_PARTNER_HOTLINE", isTrusted: true, receivedTime: at(-60) }),
  caseStep(1, { caseId: "case-2", targetId: "target-2", openedTime: at(-50), lane: "LANE_NORMAL" }, "decision-2"),
  notice(1, abroad, { targetId: "target-2" }),
  notice(2, { ...abroad, offeredTime: at(5), acknowledgedTime: at(10) }, { targetId: "target-2" }),
  notice(
    3,
    { ...abroad, offeredTime: at(5), acknowledgedTime: at(10) },
    {
      targetId: "target-2",
      answers: [
        { ...answerEvent("OUTCOME_UNSPECIFIED", 20), ...told },
        { ...answerEvent("OUTCOME_REMOVED", 45), ...removed },
      ],
    },
  ),
  target(3, {
    targetId: "target-2",
    state: "TARGET_STATE_GONE",
    lastSeenTime: at(40),
    goneTime: at(65),
    goneStrength: "GONE_STRENGTH_ABSENT",
  }),
];

/** Words alone, which nobody has decided. */
const words: Step[] = [
  report({ reportId: "report-3", targets: [], wordsTargetId: "words-3", receivedTime: at(-200) }),
  caseStep(1, {
    caseId: "case-3",
    targetId: "words-3",
    reportIds: ["report-3"],
    openedTime: at(-200),
    firstReportTime: at(-200),
    firstReportRevision: 1,
    isTextOnly: true,
    lane: "LANE_VICTIM",
    referral: referral({ causes: ["REFERRAL_CAUSE_BY_HAND"], referredTime: at(-100) }),
  }),
];

/** For tests: what all cohorts have something of. */
export const cohortStory: readonly Step[] = [...heldStory, ...abroadStory, ...words];
