import { expect, test } from "vitest";
import { endingOf } from "./outcome.ts";

const now = new Date("2026-11-24T08:00:00Z");
const simple = "CANNOT_COMPLY_REASON_UNSPECIFIED";

test.each([
  [0, "OUTCOME_REMOVED", simple],
  [10, "OUTCOME_ACCESS_DISABLED", simple],
  [11, "OUTCOME_BLOCKED", simple],
  [12, "OUTCOME_ALREADY_GONE", simple],
  [13, "OUTCOME_NOT_HOSTED_HERE", simple],
  [20, "OUTCOME_CANNOT_COMPLY", "CANNOT_COMPLY_REASON_FORCE_MAJEURE"],
  [21, "OUTCOME_CANNOT_COMPLY", "CANNOT_COMPLY_REASON_MANIFEST_ERROR"],
  [22, "OUTCOME_CANNOT_COMPLY", "CANNOT_COMPLY_REASON_INSUFFICIENT_INFORMATION"],
])("exit code %i says %s", (code, outcome, cannotComplyReason) => {
  const result = { outcome, cannotComplyReason, measureTime: now };
  expect(endingOf("ACTION_REMOVE", code, now)).toEqual({ is: "result", result });
});

test.each([
  ["PRESERVATION_PRESERVED", 100],
  ["PRESERVATION_CANNOT_PRESERVE", 200],
])("with %s the code is %i higher", (preservation, more) => {
  for (const code of [0, 10, 11, 12]) {
    const plain = endingOf("ACTION_REMOVE", code, now);
    if (plain.is !== "result") throw new Error("no result");
    const result = { ...plain.result, preservation };
    expect(endingOf("ACTION_REMOVE", code + more, now)).toEqual({ is: "result", result });
  }
});

test.each([
  [30, "DISPUTE_GROUNDS_OTHER"],
  [31, "DISPUTE_GROUNDS_LAWFUL"],
  [32, "DISPUTE_GROUNDS_OTHER_CONTENT"],
  [33, "DISPUTE_GROUNDS_NO_LEGAL_BASIS"],
])("exit code %i disputes by %s, in a sentence of ours", (code, disputeGrounds) => {
  expect(endingOf("ACTION_DISABLE_ACCESS", code, now)).toEqual({
    is: "result",
    result: {
      outcome: "OUTCOME_DISPUTED",
      cannotComplyReason: simple,
      disputeGrounds,
      disputeText: expect.stringMatching(/^The provider .{1,200}\.$/),
      measureTime: now,
    },
  });
});

test.each([
  [40, "CANNOT_RESTORE_REASON_DELETED"],
  [41, "CANNOT_RESTORE_REASON_OWN_TERMS"],
  [42, "CANNOT_RESTORE_REASON_FORBIDDEN"],
  [43, "CANNOT_RESTORE_REASON_CUSTOMER_LEFT"],
])("asked to restore, exit code %i says %s", (code, cannotRestoreReason) => {
  const result = {
    outcome: "OUTCOME_CANNOT_RESTORE",
    cannotComplyReason: simple,
    cannotRestoreReason,
    measureTime: now,
  };
  expect(endingOf("ACTION_RESTORE", code, now)).toEqual({ is: "result", result });
});

const failing = (action: "ACTION_REMOVE" | "ACTION_RESTORE", named: readonly number[]) => {
  const others = Array.from({ length: 256 }, (_, code) => code).filter((code) => !named.includes(code));
  for (const code of others) {
    const failure = `ended with exit code ${code}`;
    expect(endingOf(action, code, now)).toEqual({ is: "failed", failure });
  }
};

test("every other code is a failed attempt", () => {
  const kept = [0, 10, 11, 12].flatMap((code) => [code, code + 100, code + 200]);
  failing("ACTION_REMOVE", [...kept, 13, 20, 21, 22, 30, 31, 32, 33]);
});

test("who was asked to restore restored it or cannot, and claims nothing else", () => {
  const result = { outcome: "OUTCOME_RESTORED", cannotComplyReason: simple, measureTime: now };
  expect(endingOf("ACTION_RESTORE", 0, now)).toEqual({ is: "result", result });
  failing("ACTION_RESTORE", [0, 40, 41, 42, 43]);
});
