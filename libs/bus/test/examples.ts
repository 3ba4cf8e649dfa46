import { unobserved, unobservedCase, unobservedNotice } from "@ntd/testing";
import type { DataOf } from "../src/reading/work.ts";
import type { NounName } from "../src/catalog/catalog.ts";

type Look = DataOf<"target">["looks"][number];

const time = new Date("2026-01-02T03:04:05.678Z");
const sealed = { keyId: "2026-01", nonce: new Uint8Array([1, 2]), ciphertext: new Uint8Array([3, 4, 5]) };
const sha256 = { algorithm: "ALGORITHM_SHA256" as const, value: new Uint8Array(32).fill(7), quality: 0 };
const pdq = { algorithm: "ALGORITHM_PDQ" as const, value: new Uint8Array(32).fill(9), quality: 88 };
const classification = { scheme: "national", version: "1", code: "csam" };
const firstHit: DataOf<"case">["hits"][number] = {
  algorithm: "ALGORITHM_PDQ",
  distance: 12,
  threshold: 31,
  queryQuality: 88,
  entryQuality: 100,
  form: "rotate90",
  setId: "national",
  setOwner: "hotline",
  setRole: "SET_ROLE_POSITIVE",
  releaseId: "release-1",
  entryId: "entry-1",
  votes: 3,
  autoIssue: true,
  minVotes: 2,
  classification,
};
const hit = { ...firstHit, expectedFalseMatches: 0.25, vetoedBySet: "innocent", crossRecipe: true };
const firstPolicy: DataOf<"release">["policy"] = {
  owner: "hotline",
  role: "SET_ROLE_NEGATIVE",
  autoIssue: true,
  minVotes: 2,
  thresholds: { pdq: 31, blockhash: 12, pdqQuality: 50, blockhashTransitions: 60 },
};

const firstReport: DataOf<"report"> = {
  reportId: "report-1",
  channel: "CHANNEL_POLICE",
  receivedTime: time,
  targets: [
    { targetId: "target-1", address: sealed, observedTime: time, mediaType: "MEDIA_TYPE_IMAGE", fingerprints: [pdq] },
  ],
  threat: { type: "THREAT_TYPE_SEXUAL", nature: "THREAT_NATURE_CONTENT" },
  description: sealed,
  language: "ms",
};

const look: Look = {
  eye: "declared",
  observation: "OBSERVATION_BLIND",
  reason: "PROBE_REASON_CHALLENGE",
  time,
  evidenceId: "evidence-1",
};

/** One event of each noun with every field set, for tests. */
export const examples: { readonly [N in NounName]: DataOf<N> } = {
  report: { ...firstReport, fairnessKey: "0123456789abcdef0123456789abcdef" },
  target: {
    targetId: "target-1",
    episode: 2,
    state: "TARGET_STATE_GONE",
    reason: "PROBE_REASON_HTTP_GONE",
    address: sealed,
    resolvedIp: "192.0.2.1",
    firstSeenTime: time,
    lastSeenTime: time,
    goneTime: time,
    slotsRequired: 3,
    content: {
      recipe: "exact-1",
      fingerprints: [sha256, pdq],
      pdqForms: [{ form: "original", value: pdq.value }],
      degraded: true,
      tooLittleDetail: true,
      format: "jpeg",
      revision: 4,
    },
    vantage: "main",
    probedTime: time,
    goneStrength: "GONE_STRENGTH_REPLACED",
    singleVantage: true,
    looks: [look],
    cloaked: [look],
    restrictedHere: true,
    lastLookTime: time,
    movedFromTargetId: "target-0",
    movedToHostDigest: "0123456789abcdef",
    neverSeen: true,
  },
  match: {
    targetId: "target-1",
    episode: 2,
    contentRevision: 4,
    hits: [hit],
    tooLittleDetail: true,
    matchedTime: time,
    searchedSets: [{ setId: "national", counter: 5n }],
    revokedHits: [{ setId: "national", entryId: "entry-0", cause: "REVOCATION_CAUSE_EXPIRED" }],
  },
  release: {
    setId: "national",
    policy: { ...firstPolicy, recipe: "fast-1" },
    activeReleaseId: "release-1",
    entryCount: 10_000_000n,
    counter: 5n,
    activatedTime: time,
  },
  case: {
    caseId: "case-1",
    targetId: "target-1",
    episode: 2,
    state: "CASE_STATE_DECIDED",
    priority: "PRIORITY_RAISED",
    queueReason: "QUEUE_REASON_NEW_EVIDENCE",
    address: sealed,
    resolvedIp: "192.0.2.1",
    targetState: "TARGET_STATE_PRESENT",
    targetReason: "PROBE_REASON_OTHER_CONTENT",
    hits: [hit],
    evidenceRevision: 3,
    decision: {
      decisionId: "decision-1",
      verdict: "VERDICT_ILLEGAL",
      decidedBy: "assessor/chandra",
      decidedTime: time,
      classifications: [classification],
      basis: "act s.1",
      reason: sealed,
      despiteGone: true,
    },
    reportCount: 2,
    reportIds: ["report-1", "report-2"],
    openedTime: time,
    fingerprints: [sha256, pdq],
    firstReportTime: time,
    firstReportRevision: 2,
    goneStrength: "GONE_STRENGTH_REPLACED",
    goneTime: time,
    looks: [look],
    cloaked: [look],
    restrictedHere: true,
  },
  notice: {
    noticeId: "notice-1",
    dispatchId: "dispatch-1",
    caseId: "case-1",
    decisionId: "decision-1",
    providerId: "alpha",
    environment: "ENVIRONMENT_TEST",
    kind: "NOTICE_KIND_NOTICE",
    action: "ACTION_REMOVE",
    revision: 1,
    state: "NOTICE_STATE_CLOSED",
    targets: [
      {
        targetId: "target-1",
        episode: 2,
        address: sealed,
        answers: [
          {
            outcome: "OUTCOME_CANNOT_COMPLY",
            cannotComplyReason: "CANNOT_COMPLY_REASON_FORCE_MAJEURE",
            receivedTime: time,
            measureTime: time,
            revision: 1,
            reference: "ticket-1",
          },
        ],
        lastSeenTime: time,
        goneTime: time,
        goneBeforeOffer: true,
        targetState: "TARGET_STATE_GONE",
        targetReason: "PROBE_REASON_HTTP_GONE",
        goneStrength: "GONE_STRENGTH_ABSENT",
        singleVantage: true,
        cloaked: [look],
        restrictedHere: true,
      },
    ],
    issuedTime: time,
    offeredTime: time,
    acknowledgedTime: time,
    answeredTime: time,
    verifiedGoneTime: time,
    closedTime: time,
    complyWithin: { seconds: 86_400n, nanos: 5 },
    rejections: [
      {
        revision: 1,
        reason: "REJECTION_REASON_NOT_OURS",
        detail: "another_addressee",
        receivedTime: time,
        resolution: "REJECTION_RESOLUTION_OFFERED_AGAIN",
        resolvedTime: time,
      },
    ],
    undeliverableReason: "SEALING_KEY_MISSING",
    undeliverableTime: time,
    lookAskedTime: time,
  },
};

const { decision, ...undecided } = examples.case;
// Before the eye could say more than gone or not.
const seenCase = { ...undecided, ...unobservedCase, decision: { ...decision, despiteGone: false } };
const seenNotice = {
  ...examples.notice,
  targets: examples.notice.targets.map((target) => ({ ...target, ...unobservedNotice })),
  lookAskedTime: undefined,
};
const silentCase = { ...seenCase, firstReportTime: undefined, firstReportRevision: 0 };

/** What the first releases wrote of nouns that have got fields since, by the name of the golden file. */
export const earlierExamples: Readonly<Record<string, unknown>> = {
  "report-1": firstReport,
  "target-1": { ...examples.target, ...unobserved },
  "notice-1": { ...seenNotice, rejections: [], undeliverableReason: "", undeliverableTime: undefined },
  "notice-2": seenNotice,
  "match-1": { ...examples.match, hits: [firstHit], revokedHits: [] },
  "match-2": { ...examples.match, revokedHits: [] },
  "case-1": { ...silentCase, hits: [firstHit] },
  "case-2": silentCase,
  "case-3": seenCase,
  "release-1": { ...examples.release, policy: firstPolicy },
};
