import { expect, test } from "vitest";
import { DEFAULT_THRESHOLDS } from "@ntd/imagehash/compare";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { newSet } from "../sets/hash-set.ts";
import { approveChange, propose } from "../set-changes/set-change.ts";
import { effectOf, findsMore, withEffect } from "./policy-effect.ts";
import { unassessed } from "./unassessed.ts";

const now = new Date("2026-03-01T12:00:00Z");
const policy: SetPolicy = {
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 1,
  thresholds: undefined,
};
const set = newSet({
  setId: "s",
  policy,
  createdBy: "maintainer/anna",
  createdTime: now,
  createdRequest: "",
  createdDigest: "",
});
const proposal = { digest: "", reason: "why", proposedBy: "maintainer/anna", proposedTime: now };
const counts = {
  caseCount: 9,
  isMore: false,
  newlyDecidedCount: 4,
  againstPersonCount: 1,
  waitingCount: 3,
  noLongerDecidedCount: 0,
};
const effect = effectOf(counts, { before: policy, proposed: policy, now });

function proposed() {
  const first = propose(set, { ...proposal, changeId: "policy", policy: { ...policy, autoIssue: true } });
  const both = first === "TOO_MANY" ? first : propose(first, { ...proposal, changeId: "terms", members: [] });
  if (both === "TOO_MANY") throw new Error(both);
  return both;
}

test("of a policy that waits it is asked once what it would have decided; of members it is not", () => {
  const both = proposed();
  expect(unassessed(both).map(({ changeId }) => changeId)).toEqual(["policy"]);
  const known = withEffect(both, "policy", effect);
  if (known === undefined) throw new Error("it was not noted");
  expect(known.changes?.[0]).toMatchObject({ effect: { newlyDecidedCount: 4, assessedTime: now } });
  expect(unassessed(known)).toEqual([]);
  expect(withEffect(known, "policy", effect)).toBeUndefined();
});

test("what was decided meanwhile keeps what was known then", () => {
  const decided = approveChange(proposed(), "policy", "maintainer/ben", now);
  if (typeof decided === "string") throw new Error(decided);
  expect(unassessed(decided)).toEqual([]);
  expect(withEffect(decided, "policy", effect)).toBeUndefined();
});

const within = (change: Partial<typeof DEFAULT_THRESHOLDS>) => ({
  ...policy,
  thresholds: { ...DEFAULT_THRESHOLDS, ...change },
});
test.each([
  [{ pdq: 31 }, { pdq: 20 }, false],
  [{ pdq: 20 }, { pdq: 31 }, true],
  [{ blockhash: 10 }, { blockhash: 12 }, true],
  [{ pdqQuality: 50 }, { pdqQuality: 49 }, true],
  [{ blockhashTransitions: 60 }, { blockhashTransitions: 61 }, false],
])("thresholds from %j to %j find more: %s", (before, after, more) => {
  expect(findsMore(within(before), within(after))).toBe(more);
});
