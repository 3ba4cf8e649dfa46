import fc from "fast-check";
import { expect, test } from "vitest";
import { activate, newSet, revoke, type HashSetState } from "./hash-set.ts";

const policy = {
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 0,
  thresholds: undefined,
} as const;
const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute));
const created = newSet({
  setId: "s1",
  policy,
  createdBy: "maintainer/anna",
  createdTime: at(0),
  createdRequest: "q",
  createdDigest: "d",
});
const release = (releaseId: string) => ({ releaseId, entryCount: 3 });

test("given a new set, then nothing is in force", () => {
  expect(created).toMatchObject({ counter: 0, activations: [] });
  expect(created.active).toBeUndefined();
});

test("given a release, when it is activated, then it is in force and the counter is raised", () => {
  const set = activate(created, release("r1"), "maintainer/ben", at(1));
  expect(set).toMatchObject({ counter: 1, active: { releaseId: "r1", entryCount: 3, time: at(1) } });
  expect(set?.activations).toEqual([{ releaseId: "r1", by: "maintainer/ben", time: at(1) }]);
});

test("given a release in force, when it is activated again, then nothing changes", () => {
  const set = activate(created, release("r1"), "maintainer/ben", at(1)) as HashSetState;
  expect(activate(set, release("r1"), "maintainer/ben", at(2))).toBeUndefined();
});

test("the way back: an earlier release is in force again, and the counter is raised all the same", () => {
  let set: HashSetState | undefined = created;
  for (const [minute, id] of ["r1", "r2", "r1"].entries()) set = set && activate(set, release(id), "m/b", at(minute));
  expect(set).toMatchObject({ counter: 3, active: { releaseId: "r1", time: at(2) } });
  expect(set?.activations.map((activation) => activation.releaseId)).toEqual(["r2", "r1"]);
});

test("whatever is activated, the counter says how often that changed something, and each release stands there once", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c")), (ids) => {
      let set = created;
      let changes = 0;
      for (const [minute, id] of ids.entries()) {
        const next = activate(set, release(id), "m/b", at(minute));
        if (next !== undefined) changes++;
        set = next ?? set;
        expect(set.active?.releaseId).toBe(id);
      }
      expect(set.counter).toBe(changes);
      expect(set.activations.map((a) => a.releaseId).toSorted()).toEqual([...new Set(ids)].toSorted());
    }),
  );
});

test("a revocation raises the counter, names itself, and leaves what is in force", () => {
  const active = activate(created, release("r1"), "maintainer/ben", at(1)) as HashSetState;
  const once = revoke(active, { revocationId: "v1" }, at(2));
  expect(once).toEqual({ ...active, counter: 2, lastRevocation: { revocationId: "v1", counter: 2, time: at(2) } });
  const next = activate(once, release("r2"), "maintainer/ben", at(3)) as HashSetState;
  expect(revoke(next, { revocationId: "v2" }, at(4)).lastRevocation).toEqual({
    revocationId: "v2",
    counter: 4,
    time: at(4),
  });
  expect(next.lastRevocation).toEqual(once.lastRevocation);
});
