import { expect, test } from "vitest";
import { policyNow } from "./expiry.ts";
import { activate, newSet, type HashSetState } from "./hash-set.ts";
import { inForceAt } from "./in-force.ts";
import { fallenBack, stillLost } from "./lost-release.ts";

const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute));
const policy = { owner: "o", role: "SET_ROLE_POSITIVE", autoIssue: true, minVotes: 0, thresholds: undefined } as const;
const created = { createdBy: "m/a", createdTime: at(0), createdRequest: "q", createdDigest: "d" };
const release = (releaseId: string) => ({ releaseId, entryCount: 3 });

function inForce(...ids: string[]): HashSetState {
  const set = newSet({ setId: "s", policy, ...created });
  return ids.reduce((now, id, nth) => activate(now, release(id), "m/b", at(nth)) ?? now, set);
}

test("of a release that is lost the newest that is left is in force, no machine decides by it, and it is said", () => {
  const before = inForce("r1", "r2", "r3");
  const set = fallenBack(before, new Set(["r3"]), release("r2"), at(9));
  expect(set).toMatchObject({
    counter: 4,
    active: { releaseId: "r2", entryCount: 3, time: at(9) },
    lost: { releaseId: "r3", entryCount: 3, time: at(9) },
    history: [{ counter: 4, releaseId: "r2", policy: { autoIssue: false }, activated: { by: "service/hashlists" } }],
  });
  expect(set?.activations.map(({ releaseId }) => releaseId)).toEqual(["r1", "r2"]);
  // Whoever read the lost one reads all of what is in force.
  expect(set && inForceAt(set, 3)).toBeUndefined();
});

test("where none is left, nothing is in force", () => {
  const set = fallenBack(inForce("r1"), new Set(["r1"]), undefined, at(9));
  expect(set).toMatchObject({ counter: 2, lost: { releaseId: "r1" }, activations: [], history: [{ releaseId: "" }] });
  expect([set?.active, set && policyNow(set).autoIssue]).toEqual([undefined, false]);
});

test("it is so until somebody puts a release in force, and what was lost first is what is said", () => {
  const set = fallenBack(inForce("r1", "r2", "r3"), new Set(["r3"]), release("r2"), at(9));
  const twice = set && fallenBack(set, new Set(["r2"]), release("r1"), at(10));
  expect(twice).toMatchObject({ active: { releaseId: "r1" }, lost: { releaseId: "r3", time: at(9) } });
  const renewed = twice && activate(twice, release("r4"), "m/b", at(11));
  expect([renewed?.lost, renewed && policyNow(renewed).autoIssue]).toEqual([undefined, true]);
});

test("a set of which another release came into force meanwhile stays as it is", () => {
  expect(fallenBack(inForce("r1", "r2"), new Set(["r1"]), undefined, at(9))).toBeUndefined();
});

test("what a machine adds is in force by the policy that holds meanwhile, and is other by the one that a person brings back", () => {
  const set = fallenBack(inForce("r1", "r2"), new Set(["r2"]), release("r1"), at(9)) ?? expect.fail();
  const grown = stillLost(activate(set, release("g1"), "service/hashlists", at(10)) ?? expect.fail(), set);
  expect(grown).toMatchObject({ active: { releaseId: "g1" }, lost: { releaseId: "r2" } });
  const renewed = activate(grown, release("r3"), "m/b", at(11)) ?? expect.fail();
  expect(renewed.history?.map((step) => [step.releaseId, step.policy.autoIssue])).toEqual([
    ["r1", false],
    ["g1", false],
    ["r3", true],
  ]);
  const whole = inForce("r1", "r2");
  expect(stillLost(whole, whole)).toBe(whole);
});
