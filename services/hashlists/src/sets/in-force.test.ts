import { expect, test } from "vitest";
import { activate, newSet, revoke, type HashSetState } from "./hash-set.ts";
import { inForceAt } from "./in-force.ts";

const policy = {
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 0,
  thresholds: undefined,
} as const;
const now = new Date(0);
const created = newSet({
  setId: "s",
  policy,
  createdBy: "m/a",
  createdTime: now,
  createdRequest: "q",
  createdDigest: "d",
});
const activated = (set: HashSetState, releaseId: string) =>
  activate(set, { releaseId, entryCount: 1 }, "m/b", now) as HashSetState;
const at = (set: HashSetState, ...counters: number[]) => counters.map((counter) => inForceAt(set, counter)?.releaseId);

test("given releases, revocations and the way back, then each counter has what was in force", () => {
  let set = revoke(created, { revocationId: "v1" }, now);
  set = revoke(activated(set, "r1"), { revocationId: "v2" }, now);
  set = activated(activated(set, "r2"), "r1");
  expect(at(set, 0, 1, 2, 3, 4, 5)).toEqual(["", "", "r1", "r1", "r2", "r1"]);
});

test("given more steps than are kept, then the oldest are not known any more, but before all of them there was none", () => {
  let set = created;
  for (let nth = 1; nth <= 150; nth++) set = activated(set, `r${nth}`);
  expect(at(set, 0, 50, 51, 150)).toEqual(["", undefined, "r51", "r150"]);
  expect(set.history).toHaveLength(100);
});

test("given a set of version 0.2, then it knows what is in force now, and from then on what follows", () => {
  const { history: _, ...old } = revoke(activated(activated(created, "r1"), "r2"), { revocationId: "v1" }, now);
  expect(at(old, 0, 1, 2, 3)).toEqual(["", undefined, undefined, "r2"]);
  expect(at(activated(old, "r3"), 0, 2, 3, 4)).toEqual(["", undefined, "r2", "r3"]);
  const { history: __, ...never } = revoke(created, { revocationId: "v1" }, now);
  expect(at(never, 1)).toEqual([""]);
});
