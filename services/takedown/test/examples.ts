import { WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Case, Hold } from "@ntd/proto/casework/v1/case";
import type { GoneStrength, Target } from "@ntd/proto/prober/v1/target";
import { Action } from "@ntd/proto/takedown/v1/notice";
import type { TargetOutcome } from "@ntd/proto/takedown/v1/notice_service";
import { unobserved, unobservedCase, plainOutcome } from "@ntd/testing";
import type { Addressee, Dispatch } from "../src/dispatches/dispatch.ts";
import type { Said } from "../src/answers/answer.ts";
import type { Around } from "../src/notices/leaving.ts";
import type { Notice } from "../src/notices/notice.ts";
import type { Client } from "../src/stream/client.ts";
import type { TargetView } from "../src/dispatches/target-view.ts";

// States and events to begin tests from.

export const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 24) + seconds * 1000);

export const sealedNothing = { keyId: "2020-01", nonce: new Uint8Array(12), ciphertext: new Uint8Array(16) };

export function aNotice(change: Partial<Notice> = {}): Notice {
  return {
    schemaVersion: 1,
    noticeId: "notice-1",
    dispatchId: "dispatch-1",
    caseId: "case-1",
    decisionId: "decision-1",
    providerId: "isp-a",
    environment: "ENVIRONMENT_TEST",
    kind: "NOTICE_KIND_NOTICE",
    action: "ACTION_REMOVE",
    revision: 1,
    targets: [
      { targetId: "target-1", episode: 1, address: sealedNothing, answers: [], goneBeforeOffer: false, version: 0 },
    ],
    complyWithinMs: 86_400_000,
    issuedTime: at(0),
    acknowledgements: [],
    ledBack: false,
    signed: { payload: sealedNothing, signature: "header..signature", traceparent: "" },
    requests: [],
    ...change,
  };
}

export function aView(change: Partial<TargetView> = {}): TargetView {
  return {
    schemaVersion: 1,
    targetId: "target-1",
    episode: 1,
    version: 1,
    told: { state: "TARGET_STATE_PRESENT" },
    lastSeenTime: at(5),
    ...change,
  };
}

/** Gone since at(60), by that strength. */
export function goneView(goneStrength: GoneStrength = "GONE_STRENGTH_ABSENT"): TargetView {
  return aView({ version: 2, told: { state: "TARGET_STATE_GONE", goneStrength }, goneTime: at(60) });
}

/** What stands beside a notice that a person decided, whose target was last seen at(5). */
export function around(change: Partial<Around> = {}): Around {
  return {
    stands: true,
    suspended: false,
    held: false,
    doubt: undefined,
    withdrawnBy: undefined,
    isWithheld: false,
    automatic: undefined,
    target: aView(),
    freshMs: 1_800_000,
    suspensionMs: 14_400_000,
    ...change,
  };
}

export function anOutcome(change: Partial<Said> = {}): Said {
  return { ...anOutcomeToSend(), disputeText: undefined, ...change };
}

/** As a provider sends it. */
export function anOutcomeToSend(change: Partial<TargetOutcome> = {}): TargetOutcome {
  return {
    targetId: "target-1",
    outcome: "OUTCOME_REMOVED",
    cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED",
    measureTime: undefined,
    reference: "",
    ...plainOutcome,
    ...change,
  };
}

/** One that knows every action, and takes so many notices at a time. */
export const aClient = (limit = 32): Client => ({ limit, understands: new Set(Object.values(Action)) });

export const anAddressee: Addressee = {
  providerId: "isp-a",
  noticeId: "notice-1",
  action: "ACTION_REMOVE",
  assignedBy: "operator/o",
  assignedTime: at(9),
  created: false,
};

export function aDispatch(change: Partial<Dispatch> = {}): Dispatch {
  return {
    schemaVersion: 1,
    dispatchId: "dispatch-1",
    caseId: "case-1",
    decisionId: "decision-1",
    decidedTime: at(0),
    targetId: "target-1",
    episode: 1,
    address: sealedNothing,
    resolvedIp: "",
    classifications: [],
    fingerprints: [],
    addressees: [],
    ledBackBy: [],
    requests: [],
    ...change,
  };
}

export function aCase(change: Partial<Case> = {}): Case {
  return {
    caseId: "case-1",
    targetId: "target-1",
    episode: 1,
    state: "CASE_STATE_DECIDED",
    priority: "PRIORITY_NORMAL",
    queueReason: "QUEUE_REASON_UNSPECIFIED",
    address: sealedNothing,
    resolvedIp: "",
    targetState: "TARGET_STATE_PRESENT",
    targetReason: "PROBE_REASON_UNSPECIFIED",
    hits: [],
    evidenceRevision: 1,
    decision: aDecision("decision-1"),
    reportCount: 1,
    reportIds: [],
    openedTime: at(0),
    fingerprints: [],
    firstReportTime: undefined,
    firstReportRevision: 0,
    ...unobservedCase,
    ...change,
  };
}

/** A decision is in doubt since at(50): a person reopened its case. */
export function aDoubt(decisionId: string): NonNullable<Case["doubt"]> {
  const raisedBy = ["assessor/bo"];
  return { decisionId, cause: "DOUBT_CAUSE_REOPENED", sinceTime: at(50), raisedBy, lasting: false };
}

export function aDecision(
  decisionId: string,
  verdict: NonNullable<Case["decision"]>["verdict"] = "VERDICT_ILLEGAL",
): NonNullable<Case["decision"]> {
  const classifications = [{ scheme: "ECPAT", version: "2", code: "1" }];
  return {
    decisionId,
    verdict,
    decidedBy: "assessor/a",
    decidedTime: at(0),
    classifications,
    basis: "",
    reason: undefined,
    despiteGone: false,
    ...WITHDRAWS_NOTHING,
  };
}

/** The same, by a machine. */
export function aMachineDecision(decisionId: string): NonNullable<Case["decision"]> {
  return { ...aDecision(decisionId), decidedBy: "machine" };
}

export function aTarget(change: Partial<Target> = {}): Target {
  return {
    targetId: "target-1",
    episode: 1,
    state: "TARGET_STATE_PRESENT",
    reason: "PROBE_REASON_UNSPECIFIED",
    address: sealedNothing,
    resolvedIp: "",
    firstSeenTime: at(0),
    lastSeenTime: at(5),
    goneTime: undefined,
    slotsRequired: 3,
    content: undefined,
    vantage: "test",
    probedTime: at(5),
    ...unobserved,
    ...change,
  };
}

export function aHold(holdId: string, change: Partial<Hold> = {}): Hold {
  return {
    holdId,
    cause: "HOLD_CAUSE_OFFICER",
    sinceTime: at(0),
    expireTime: at(86_400),
    lookEvery: undefined,
    waitsForSupervisor: false,
    releasedTime: undefined,
    expired: false,
    looksGoOn: false,
    ...change,
  };
}
