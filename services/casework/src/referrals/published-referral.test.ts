import { expect, test } from "vitest";
import { later, noon } from "../../test/facts.ts";
import { blindReferral, publishedReferral } from "./published-referral.ts";
import type { Referral } from "./referral.ts";

const text = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(3) };
const referral: Referral = {
  causes: ["REFERRAL_CAUSE_UNKNOWN_MATERIAL", "REFERRAL_CAUSE_VICTIM"],
  referredTime: noon,
  offeredTime: noon,
  acknowledged: { by: "police/paul", time: later(1) },
  feedback: [
    { outcome: "REFERRAL_OUTCOME_INVESTIGATION_OPENED", text, by: "police/paul", time: later(2) },
    { outcome: "REFERRAL_OUTCOME_CHILD_SAFE", text, by: "police/petra", time: later(3) },
  ],
};

test("others hear the newest word of police", () => {
  expect(publishedReferral(referral)).toMatchObject({
    acknowledgedTime: later(1),
    outcome: "REFERRAL_OUTCOME_CHILD_SAFE",
    feedbackTime: later(3),
  });
  expect(publishedReferral({ ...referral, feedback: [] }).outcome).toBe("REFERRAL_OUTCOME_UNSPECIFIED");
});

test("who looks second hears nothing that only a decision causes", () => {
  const told = publishedReferral(referral);
  expect(blindReferral(told)).toEqual({
    causes: ["REFERRAL_CAUSE_VICTIM"],
    referredTime: noon,
    acknowledgedTime: undefined,
    outcome: "REFERRAL_OUTCOME_UNSPECIFIED",
    feedbackTime: undefined,
    withdrawnTime: undefined,
  });
  for (const cause of ["REFERRAL_CAUSE_UNKNOWN_MATERIAL", "REFERRAL_CAUSE_ABROAD"] as const) {
    expect(blindReferral({ ...told, causes: [cause] })).toBeUndefined();
  }
  expect(blindReferral(undefined)).toBeUndefined();
});
