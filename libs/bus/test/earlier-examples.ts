import { WITHDRAWS_NOTHING } from "@ntd/facts";
import { plainAnswer, undoubtedNotice, unobserved, unobservedCase, unobservedNotice } from "@ntd/testing";
import { firstHit, secondHit, thirdHit } from "./example-hits.ts";
import { examples, firstPolicy, firstReport } from "./examples.ts";

const { decision, ...undecided } = examples.case;
const pageless = { pageItems: undefined, foundOnTargetId: undefined };
const withoutPolice = {
  lane: undefined,
  holds: undefined,
  referral: undefined,
  icse: undefined,
  lifeAtRisk: undefined,
  hostingCountry: undefined,
  isTextOnly: undefined,
  ...pageless,
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
    embedded: undefined,
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

// Before files showed more than one picture, and pages media.
const { content } = examples.target;
const plainTarget = {
  ...examples.target,
  content: content && { ...content, renditions: [], frameCount: undefined },
  foundOnTargetId: undefined,
};
const plainMatch = { ...examples.match, items: [], itemCounts: undefined };

/** What the first releases wrote of nouns that have got fields since, by the name of the golden file. */
export const earlierExamples: Readonly<Record<string, unknown>> = {
  "report-1": firstReport,
  "target-1": {
    ...plainTarget,
    ...unobserved,
    hostingCountry: undefined,
    content: plainTarget.content && { ...plainTarget.content, sizeBytes: undefined },
  },
  "target-2": plainTarget,
  "notice-1": { ...seenNotice, rejections: [], undeliverableReason: "", undeliverableTime: undefined },
  "notice-2": seenNotice,
  "match-1": { ...plainMatch, hits: [firstHit], revokedHits: [] },
  "match-2": { ...plainMatch, hits: [secondHit], revokedHits: [] },
  "match-3": { ...plainMatch, hits: [thirdHit] },
  "case-1": { ...silentCase, hits: [firstHit] },
  "case-2": { ...silentCase, hits: [secondHit] },
  "case-3": { ...seenCase, hits: [secondHit] },
  "case-4": {
    ...examples.case,
    ...pageless,
    decision: decision && { ...decision, embedded: undefined },
    hits: [thirdHit],
  },
  "release-1": { ...examples.release, policy: firstPolicy },
  "release-2": { ...examples.release, policy: { ...firstPolicy, recipe: "fast-1" } },
};
