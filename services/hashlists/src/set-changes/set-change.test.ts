import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inForceAt } from "../sets/in-force.ts";
import { activate, newSet, type HashSetState } from "../sets/hash-set.ts";
import { approveChange, changeOf, propose, rejectChange, type Wanted } from "./set-change.ts";

const policy = {
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 0,
  thresholds: undefined,
} as const;
const machines = { ...policy, autoIssue: true };
const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute));
const created = newSet({
  setId: "s",
  policy,
  createdBy: "maintainer/anna",
  createdTime: at(0),
  createdRequest: "q",
  createdDigest: "d",
  members: [{ person: "maintainer/anna", organisation: "Hotline", roles: ["SET_MEMBER_ROLE_OWNER"] }],
});
const active = activate(created, { releaseId: "r1", entryCount: 3 }, "maintainer/ben", at(1)) as HashSetState;
const terms = { jurisdiction: "", licence: "ours", termsOfUse: "", scheme: "", approverOfOtherOrganisation: true };

function proposed(set: HashSetState, changeId: string, wanted: Wanted, by = "maintainer/anna"): HashSetState {
  const next = propose(set, { changeId, digest: "", reason: "r", proposedBy: by, proposedTime: at(2), ...wanted });
  if (next === "TOO_MANY") throw new Error(next);
  return next;
}
const stages = (set: HashSetState) => (set.changes ?? []).map(({ changeId, stage }) => `${changeId} ${stage.name}`);

test("given a proposal, then nothing of the set is another until a second person's word", () => {
  const { changes: _, ...rest } = proposed(active, "c1", { policy: machines, terms });
  expect(rest).toEqual(active);
});

test("given another policy, when a second person approves it, then it is in force with a new counter, which is known", () => {
  const set = approveChange(
    proposed(active, "c1", { policy: machines }),
    "c1",
    "maintainer/ben",
    at(3),
  ) as HashSetState;
  expect(set).toMatchObject({ policy: machines, counter: 2, active: { releaseId: "r1" } });
  expect(changeOf(set, "c1")?.stage).toEqual({ name: "in_force", by: "maintainer/ben", time: at(3), counter: 2 });
  expect(inForceAt(set, 1)?.policy).toEqual(policy);
  expect(inForceAt(set, 2)).toMatchObject({ releaseId: "r1", entryCount: 3, policy: machines });
});

test("given other members and terms alone, then the counter stays: no hit is another", () => {
  const members = [{ person: "maintainer/olga", organisation: "Hotline", roles: [] }];
  const set = approveChange(proposed(active, "c1", { members, terms }), "c1", "maintainer/ben", at(3)) as HashSetState;
  expect(set).toMatchObject({ counter: 1, members, terms, policy });
  expect(set.history).toEqual(active.history);
});

test("who proposed it does not approve it, under another kind of identity either; one may reject one's own", () => {
  const set = proposed(active, "c1", { terms });
  expect(approveChange(set, "c1", "operator/anna", at(3))).toBe("SAME_PERSON");
  expect(stages(rejectChange(set, "c1", "maintainer/anna", at(3)) as HashSetState)).toEqual(["c1 rejected"]);
});

test("what is decided is decided, and what was never proposed is not found", () => {
  const done = approveChange(proposed(active, "c1", { terms }), "c1", "maintainer/ben", at(3)) as HashSetState;
  expect(approveChange(done, "c1", "maintainer/ben", at(4))).toBe("WRONG_STATE");
  expect(rejectChange(done, "c1", "maintainer/ben", at(4))).toBe("WRONG_STATE");
  expect(approveChange(done, "c2", "maintainer/ben", at(4))).toBe("NOT_FOUND");
});

test("what waits and would take back unseen what came into force is overtaken; what touches something else waits on", () => {
  let set = proposed(proposed(proposed(active, "c1", { policy: machines }), "c2", { policy, terms }), "c3", { terms });
  set = approveChange(set, "c1", "maintainer/ben", at(3)) as HashSetState;
  expect(stages(set)).toEqual(["c1 in_force", "c2 overtaken", "c3 pending"]);
  expect(approveChange(set, "c2", "maintainer/ben", at(4))).toBe("WRONG_STATE");
});

test("ten may wait, and none of those is forgotten for what is over", () => {
  const step = fc.record({ id: fc.nat(200), what: fc.constantFrom("propose", "approve", "reject") });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let set = active;
      const waiting = new Set<string>();
      for (const { id, what } of steps) {
        const changeId = `c${id}`;
        if (what === "propose" && changeOf(set, changeId) === undefined) {
          const given = {
            changeId,
            digest: "",
            reason: "r",
            proposedBy: "maintainer/anna",
            proposedTime: at(2),
            terms,
          };
          const next = propose(set, given);
          expect(next === "TOO_MANY").toBe(waiting.size === 10);
          if (next === "TOO_MANY") continue;
          set = next;
          waiting.add(changeId);
        } else {
          const decide = what === "reject" ? rejectChange : approveChange;
          const next = decide(set, changeId, "maintainer/ben", at(3));
          expect(typeof next === "string").toBe(!waiting.has(changeId));
          if (typeof next === "string") continue;
          set = next;
          if (what === "reject") waiting.delete(changeId);
          else waiting.clear();
        }
        const pending = (set.changes ?? []).filter(({ stage }) => stage.name === "pending");
        expect(new Set(pending.map((one) => one.changeId))).toEqual(waiting);
        expect(set.changes?.length ?? 0).toBeLessThanOrEqual(50);
      }
    }),
  );
});

describe("given a proposal of the way back", () => {
  const two = activate(active, { releaseId: "r2", entryCount: 9 }, "maintainer/ben", at(2)) as HashSetState;
  const back = proposed(two, "c1", { rollback: { releaseId: "r1", entryCount: 3 } });

  test("when another person approves it, then the earlier release is in force again, with a counter of its own", () => {
    expect(approveChange(back, "c1", "operator/anna", at(3))).toBe("SAME_PERSON");
    const set = approveChange(back, "c1", "maintainer/ben", at(3)) as HashSetState;
    expect(set).toMatchObject({ counter: 3, active: { releaseId: "r1", entryCount: 3 } });
    expect(changeOf(set, "c1")?.stage).toEqual({ name: "in_force", by: "maintainer/ben", time: at(3), counter: 3 });
    expect(inForceAt(set, 3)).toMatchObject({ releaseId: "r1", activated: { by: "maintainer/ben", again: true } });
    expect(set.activations.map(({ releaseId }) => releaseId)).toEqual(["r2", "r1"]);
  });

  test("when something else comes into force meanwhile, then it is overtaken: it would be taken out unseen", () => {
    const other = proposed(back, "c2", { rollback: { releaseId: "r1", entryCount: 3 } });
    const three = activate(other, { releaseId: "r3", entryCount: 9 }, "maintainer/ben", at(3)) as HashSetState;
    expect(stages(three)).toEqual(["c1 overtaken", "c2 overtaken"]);
    expect(approveChange(three, "c1", "maintainer/ben", at(4))).toBe("WRONG_STATE");
    expect(stages(approveChange(other, "c1", "maintainer/ben", at(3)) as HashSetState)).toEqual([
      "c1 in_force",
      "c2 overtaken",
    ]);
  });
});

test("given a proposal to retire the set, when another person approves it, then nothing is in force and nothing else waits but members", () => {
  const members = [{ person: "maintainer/olga", organisation: "Hotline", roles: [] }];
  const others = proposed(proposed(active, "c0", { members, policy: machines }), "c1", { policy: machines });
  const waiting = proposed(others, "c2", { members });
  const set = approveChange(proposed(waiting, "c3", { retire: true }), "c3", "maintainer/ben", at(3)) as HashSetState;
  expect(set.active).toBeUndefined();
  expect(set).toMatchObject({ counter: 2, policy, retired: { by: "maintainer/ben", time: at(3), counter: 2 } });
  expect(stages(set)).toEqual(["c0 overtaken", "c1 overtaken", "c2 pending", "c3 in_force"]);
  expect(inForceAt(set, 1)?.releaseId).toBe("r1");
  expect(inForceAt(set, 2)).toMatchObject({ releaseId: "", entryCount: 0 });
});
