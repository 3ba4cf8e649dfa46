import { CaseState, QueueReason, type Decision } from "@ntd/proto/casework/v1/case";
import { describe, expect, test } from "vitest";
import { decisionInForce, isWaiting, settledDecision, WITHDRAWS_NOTHING } from "./case.ts";

const decision: Decision = {
  decisionId: "decision-1",
  verdict: "VERDICT_ILLEGAL",
  decidedBy: "machine",
  decidedTime: undefined,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
};
const states = Object.values(CaseState);
const reasons = Object.values(QueueReason);
const none = "QUEUE_REASON_UNSPECIFIED";
const baseless = ["BASIS_REVOKED", "NEGATIVE_SET", "SOMETHING_ELSE"].map((reason) => `QUEUE_REASON_${reason}`);

describe("given a decided case", () => {
  test.each(["CASE_STATE_DECIDED", "CASE_STATE_AUTO_DECIDED"] as const)("when it is %s, it is settled", (state) => {
    expect(decisionInForce({ state, queueReason: none, decision, doubt: undefined })).toBe(decision);
    expect(settledDecision({ state, decision })).toBe(decision);
    expect(isWaiting({ state })).toBe(false);
  });

  test.each(["CASE_STATE_QUEUED", "CASE_STATE_CLAIMED"] as const)("when it is %s again, it is not settled", (state) => {
    expect(isWaiting({ state })).toBe(true);
    expect(settledDecision({ state, decision })).toBeUndefined();
  });

  test("when it waits again, its decision is in force but for the three reasons that take its ground away", () => {
    for (const state of ["CASE_STATE_QUEUED", "CASE_STATE_CLAIMED"] as const) {
      for (const queueReason of reasons) {
        const inForce = baseless.includes(queueReason) ? undefined : decision;
        expect(decisionInForce({ state, queueReason, decision, doubt: undefined }), queueReason).toBe(inForce);
      }
    }
  });
});

test("given a case without a decision, when its state is any, there is none", () => {
  for (const state of states) {
    expect(decisionInForce({ state, queueReason: none, decision: undefined, doubt: undefined })).toBeUndefined();
    expect(settledDecision({ state, decision: undefined })).toBeUndefined();
  }
});
