import type { DataOf } from "../src/reading/work.ts";

const time = new Date("2026-01-02T03:04:05.678Z");
const sealed = { keyId: "2026-01", nonce: new Uint8Array([1, 2]), ciphertext: new Uint8Array([3, 4, 5]) };

export const look: DataOf<"target">["looks"][number] = {
  eye: "declared",
  observation: "OBSERVATION_BLIND",
  reason: "PROBE_REASON_CHALLENGE",
  time,
  evidenceId: "evidence-1",
};

/** A notice with every field set. */
export const exampleNotice: DataOf<"notice"> = {
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
          cannotRestoreReason: "CANNOT_RESTORE_REASON_DELETED",
          disputeGrounds: "DISPUTE_GROUNDS_LAWFUL",
          disputeText: sealed,
          preservation: "PRESERVATION_CANNOT_PRESERVE",
          hotlineAction: "HOTLINE_ACTION_NOT_ILLEGAL",
          hotlineReason: "HOTLINE_REASON_VIRTUAL_MATERIAL",
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
      restoredTime: time,
    },
  ],
  suspensions: [
    {
      suspendedTime: time,
      cause: "DOUBT_CAUSE_REOPENED",
      lapseTime: time,
      revision: 2,
      acknowledgedTime: time,
      endedTime: time,
      ending: "SUSPENSION_END_WITHDRAWN",
      clientTooOld: true,
    },
  ],
  withdrawnTime: time,
  withdrawnByDecisionId: "decision-2",
  restoreWithheld: true,
  restoredTime: time,
  revisionAcknowledgedTime: time,
  preserveFor: { seconds: 31_536_000n, nanos: 0 },
  route: "ROUTE_HOTLINE",
  country: "NL",
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
};
