import fc from "fast-check";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { expect, test } from "vitest";
import { policyInForce } from "./policy-in-force.ts";

const anyPolicy = (role: SetPolicy["role"]) =>
  fc.record({
    owner: fc.string(),
    role: fc.constant(role),
    autoIssue: fc.boolean(),
    minVotes: fc.nat(),
    thresholds: fc.constant(undefined),
    weakEquality: fc.constantFrom<NonNullable<SetPolicy["weakEquality"]>>(
      "WEAK_EQUALITY_NOMINATES",
      "WEAK_EQUALITY_DECIDES",
    ),
  });

test("a set that children report to decides nothing, whatever its policy says", () => {
  fc.assert(
    fc.property(anyPolicy("SET_ROLE_VICTIM_REPORTED"), (policy) => {
      const expected = { ...policy, autoIssue: false, weakEquality: "WEAK_EQUALITY_NOMINATES" };
      expect(policyInForce(policy)).toEqual(expected);
    }),
  );
});

test("any other set's is as it says; one that says nothing decides nothing", () => {
  fc.assert(
    fc.property(anyPolicy("SET_ROLE_POSITIVE"), (policy) => {
      expect(policyInForce(policy)).toBe(policy);
    }),
  );
  expect(policyInForce()).toMatchObject({ autoIssue: false });
});
