import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { Problem } from "@ntd/service";
import { describe, expect, test } from "vitest";
import { validPolicy } from "./policy.ts";

const policy = (changes: Partial<SetPolicy> = {}): SetPolicy => ({
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 0,
  thresholds: undefined,
  ...changes,
});
const none = { pdq: 0, blockhash: 0, pdqQuality: 0, blockhashTransitions: 0 };

test("weak equality is kept as it is asked for; what is not known is refused", () => {
  expect(validPolicy(policy()).weakEquality).toBeUndefined();
  expect(validPolicy(policy({ weakEquality: "WEAK_EQUALITY_DECIDES" })).weakEquality).toBe("WEAK_EQUALITY_DECIDES");
  expect(() => validPolicy(policy({ weakEquality: "UNRECOGNIZED" }))).toThrow("policy.weak_equality");
});

test("without thresholds, or where they are 0, the defaults hold", () => {
  const defaults = { pdq: 31, blockhash: 12, pdqQuality: 50, blockhashTransitions: 60 };
  expect(validPolicy(policy()).thresholds).toEqual(defaults);
  expect(validPolicy(policy({ thresholds: none })).thresholds).toEqual(defaults);
  expect(validPolicy(policy({ thresholds: { ...none, pdq: 20 } })).thresholds).toEqual({ ...defaults, pdq: 20 });
});

test("what was asked for is kept", () => {
  const thresholds = { pdq: 31, blockhash: 31, pdqQuality: 100, blockhashTransitions: 480 };
  expect(validPolicy(policy({ owner: " Hotline ", autoIssue: true, minVotes: 3, thresholds }))).toEqual(
    policy({ autoIssue: true, minVotes: 3, thresholds }),
  );
  expect(validPolicy(policy({ role: "SET_ROLE_NEGATIVE" })).role).toBe("SET_ROLE_NEGATIVE");
  expect(validPolicy(policy({ role: "SET_ROLE_VICTIM_REPORTED" })).role).toBe("SET_ROLE_VICTIM_REPORTED");
  expect(validPolicy(policy({ recipe: "fast-1" })).recipe).toBe("fast-1");
});

describe("a policy is refused by the field that is wrong:", () => {
  test.each<[string, SetPolicy | undefined]>([
    ["policy", undefined],
    ["policy.owner", policy({ owner: " " })],
    ["policy.owner", policy({ owner: "x".repeat(201) })],
    ["policy.role", policy({ role: "SET_ROLE_UNSPECIFIED" })],
    ["policy.auto_issue", policy({ role: "SET_ROLE_NEGATIVE", autoIssue: true })],
    ["policy.role", policy({ role: "SET_ROLE_DERIVED" })],
    ["policy.auto_issue", policy({ role: "SET_ROLE_VICTIM_REPORTED", autoIssue: true })],
    ["policy.weak_equality", policy({ role: "SET_ROLE_VICTIM_REPORTED", weakEquality: "WEAK_EQUALITY_DECIDES" })],
    ["policy.min_votes", policy({ minVotes: 1_000_001 })],
    ["policy.recipe", policy({ recipe: "reference" })],
    ["policy.thresholds.pdq", policy({ thresholds: { ...none, pdq: 32 } })],
    ["policy.thresholds.blockhash", policy({ thresholds: { ...none, blockhash: 32 } })],
    ["policy.thresholds.pdq_quality", policy({ thresholds: { ...none, pdqQuality: 101 } })],
    ["policy.thresholds.blockhash_transitions", policy({ thresholds: { ...none, blockhashTransitions: 481 } })],
  ])("%s", (field, given) => {
    expect(fieldsOf(given)).toEqual([field]);
  });

  test("all of them at once", () => {
    expect(fieldsOf(policy({ owner: "", role: "UNRECOGNIZED" }))).toEqual(["policy.owner", "policy.role"]);
  });
});

function fieldsOf(given: SetPolicy | undefined): string[] {
  try {
    validPolicy(given);
    return [];
  } catch (error) {
    return Problem.from(error).fields.map(({ field }) => field);
  }
}
