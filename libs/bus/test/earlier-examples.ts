import { WITHDRAWS_NOTHING } from "@ntd/facts";
import { plainAnswer, undoubtedNotice, unobserved, unobservedCase, unobservedNotice } from "@ntd/testing";
import { examples, firstHit, firstPolicy, firstReport, secondHit } from "./examples.ts";

const { decision, ...undecided } = examples.case;
const withoutPolice = {
  lane: undefined,
  holds: undefined,
  referral: undefined,
  icse: undefined,
  lifeAtRisk: undefined,
  hostingCountry: undefined,
  isTextOnly: undefined,
};
// Before the eye could say more than gone or not.
const seenCase = {
  ...undecided,
  ...unobservedCase,
  ...withoutPolice,
  decision: {
    ...decision,
    despiteGone: false,
    ...WITHDRAWS_NOTHING,
    reporterSentence: undefined,
    clusterCaseId: undefined,
  },
};
const seenNotice = {
  ...examples.notice,
  ...undoubtedNotice,
  targets: examples.notice.targets.map((target) => ({
    ...target,
    ...unobservedNotice,
    answers: target.answers.map((answer) => ({
      ...answer,
      ...plainAnswer,
      preservation: undefined,
      hotlineAction: undefined,
      hotlineReason: undefined,
    })),
  })),
  lookAskedTime: undefined,
  preserveFor: undefined,
  route: undefined,
  country: undefined,
  waitsForPolice: undefined,
};
const silentCase = { ...seenCase, firstReportTime: undefined, firstReportRevision: 0 };

const { sizeBytes: _, ...unmeasured } = examples.target.content ?? { sizeBytes: 0 };

/** What the first releases wrote of nouns that have got fields since, by the name of the golden file. */
export const earlierExamples: Readonly<Record<string, unknown>> = {
  "report-1": firstReport,
  "target-1": { ...examples.target, ...unobserved, hostingCountry: undefined, content: unmeasured },
  "notice-1": { ...seenNotice, rejections: [], undeliverableReason: "", undeliverableTime: undefined },
  "notice-2": seenNotice,
  "match-1": { ...examples.match, hits: [firstHit], revokedHits: [] },
  "match-2": { ...examples.match, hits: [secondHit], revokedHits: [] },
  "case-1": { ...silentCase, hits: [firstHit] },
  "case-2": { ...silentCase, hits: [secondHit] },
  "case-3": { ...seenCase, hits: [secondHit] },
  "release-1": { ...examples.release, policy: firstPolicy },
  "release-2": { ...examples.release, policy: { ...firstPolicy, recipe: "fast-1" } },
};
