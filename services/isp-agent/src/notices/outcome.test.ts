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
  [30, "OUTCOME_DISPUTED", simple],
])("exit code %i says %s", (code, outcome, cannotComplyReason) => {
  const result = { outcome, cannotComplyReason, measureTime: now };
  expect(endingOf("ACTION_REMOVE", code, now)).toEqual({ is: "result", result });
});

test("every other code is a failed attempt", () => {
  const named = [0, 10, 11, 12, 13, 20, 21, 22, 30];
  const others = Array.from({ length: 256 }, (_, code) => code).filter((code) => !named.includes(code));
  for (const code of others) {
    const failure = `ended with exit code ${code}`;
    expect(endingOf("ACTION_REMOVE", code, now)).toEqual({ is: "failed", failure });
  }
});

test("who was asked to restore claims no removal", () => {
  expect(endingOf("ACTION_RESTORE", 0, now)).toEqual({ is: "restored", restoredTime: now });
  for (const code of [10, 11, 12]) expect(endingOf("ACTION_RESTORE", code, now).is).toBe("failed");
  for (const code of [13, 20, 21, 22, 30]) expect(endingOf("ACTION_RESTORE", code, now).is).toBe("result");
});
