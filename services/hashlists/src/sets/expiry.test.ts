import { expect, test } from "vitest";
import { expire, expiryDueAt, policyNow, withExpiry } from "./expiry.ts";
import { activate, newSet, retire, type HashSetState } from "./hash-set.ts";
import { inForceAt } from "./in-force.ts";

const at = (day: number) => new Date(Date.UTC(2026, 0, day));
const policy = {
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE" as const,
  autoIssue: true,
  minVotes: 1,
  thresholds: undefined,
  expiryDays: 7,
};
const made = newSet({
  setId: "a",
  policy,
  createdBy: "maintainer/anna",
  createdTime: at(1),
  createdRequest: "",
  createdDigest: "",
});
const activated = (set: HashSetState, releaseId: string, day: number) =>
  activate(set, { releaseId, entryCount: 3 }, "maintainer/anna", at(day)) ?? set;
const inForce = activated(made, "r1", 1);
const old = expire(inForce, at(8)) ?? inForce;

test("a set becomes too old that many days after its release came into force, once, with a counter of its own", () => {
  expect([expiryDueAt(made), expiryDueAt(inForce), expiryDueAt(old)]).toEqual([undefined, at(8), undefined]);
  expect(expire(inForce, at(7))).toBeUndefined();
  expect(old).toMatchObject({ counter: 2, expired: at(8) });
  expect([policyNow(inForce).autoIssue, policyNow(old).autoIssue]).toEqual([true, false]);
  expect(old.policy).toEqual(policy);
  expect([1, 2].map((counter) => inForceAt(old, counter)?.policy.autoIssue)).toEqual([true, false]);
  expect(expire(old, at(9))).toBeUndefined();
});

test("the next release decides again, and so does a policy under which it is not too old", () => {
  const renewed = activated(old, "r2", 9);
  expect([policyNow(renewed), inForceAt(renewed, 3)?.policy, expiryDueAt(renewed)]).toEqual([policy, policy, at(16)]);
  const longer = { ...old, policy: { ...policy, expiryDays: 30 } };
  expect(withExpiry(longer, at(9)).expired).toBeUndefined();
  expect(withExpiry(old, at(9))).toBe(old);
  expect(withExpiry({ ...inForce, policy: { ...policy, expiryDays: 1 } }, at(3)).expired).toEqual(at(3));
});

test("a set that is retired, or whose policy says nothing of it, never is", () => {
  expect(expiryDueAt(retire(inForce, "maintainer/anna", at(2)))).toBeUndefined();
  const { expiryDays: _, ...forever } = policy;
  expect(expiryDueAt({ ...inForce, policy: forever })).toBeUndefined();
});
