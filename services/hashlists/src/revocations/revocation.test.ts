import { expect, test } from "vitest";
import { counterKey } from "../sets/counter-key.ts";
import {
  approveRevocation,
  asAsked,
  newRevocation,
  revokedBy,
  takeEffect,
  withdrawRevocation,
  type RevocationState,
} from "./revocation.ts";
import { ONE_PERSON, personsByCount } from "./taken-alone.ts";

const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute));
const asked = (entryCount: number): RevocationState =>
  newRevocation(
    {
      revocationId: "v1",
      setId: "s1",
      reason: "listed by mistake",
      requestedBy: "maintainer/anna",
      requestedTime: at(0),
      digest: "d",
      part: "p",
      entryCount,
      alreadyRevoked: 0,
      persons: personsByCount(entryCount),
    },
    7,
  );
const approval = { by: "maintainer/ben", time: at(1), requestId: "q" };
const effect = { revocationId: "v1", counter: 8, time: at(2) };

test("given one that waits, then it can be withdrawn, once, and is approved no more; what waits for nobody cannot", () => {
  const withdrawn = withdrawRevocation(asked(11), "maintainer/ben", at(3)) as RevocationState;
  expect(withdrawn.stage).toEqual({ name: "withdrawn", by: "maintainer/ben", time: at(3) });
  expect(withdrawRevocation(withdrawn, "maintainer/anna", at(4))).toBeUndefined();
  expect(approveRevocation(withdrawn, approval)).toBe("WRONG_STATE");
  expect(takeEffect(withdrawn, effect)).toBeUndefined();
  expect(withdrawRevocation(asked(1), "maintainer/anna", at(4))).toBeUndefined();
  const approved = approveRevocation(asked(11), approval) as RevocationState;
  expect(withdrawRevocation(approved, "maintainer/anna", at(4))).toBeUndefined();
  expect(asAsked(withdrawn)).toEqual(asked(11));
});

test("one person suffices for up to ten entries, more wait for another, and none at all are in effect", () => {
  expect(asked(1).stage).toEqual({ name: "approved" });
  expect(asked(ONE_PERSON).stage).toEqual({ name: "approved" });
  expect(asked(ONE_PERSON + 1).stage).toEqual({ name: "pending" });
  expect(asked(0).stage).toEqual({ name: "effective", counter: 7, time: at(0) });
});

test("another person approves what waits, and nobody approves twice or what needs nobody", () => {
  const pending = asked(11);
  for (const kind of ["maintainer", "operator"]) {
    expect(approveRevocation(pending, { ...approval, by: `${kind}/anna` })).toBe("SAME_PERSON");
  }
  const approved = approveRevocation(pending, approval) as RevocationState;
  expect(approved.stage).toEqual({ name: "approved", approval });
  expect(approveRevocation(approved, approval)).toBe("WRONG_STATE");
  expect(approveRevocation(asked(1), approval)).toBe("WRONG_STATE");
});

test("it takes effect once it is approved, with who approved it kept, and once only", () => {
  expect(takeEffect(asked(11), effect)).toBeUndefined();
  const approved = approveRevocation(asked(11), approval) as RevocationState;
  const effective = takeEffect(approved, effect) as RevocationState;
  expect(effective.stage).toEqual({ name: "effective", approval, counter: 8, time: at(2) });
  expect(takeEffect(effective, { ...effect, counter: 9 })).toBeUndefined();
});

test("it is the word of who asked for it, and of who approved it where that took somebody", () => {
  expect(revokedBy(asked(1))).toEqual(["maintainer/anna"]);
  expect(revokedBy(asked(11))).toEqual(["maintainer/anna"]);
  const approved = approveRevocation(asked(11), approval) as RevocationState;
  expect(revokedBy(takeEffect(approved, effect) as RevocationState)).toEqual(["maintainer/anna", "maintainer/ben"]);
});

test("as it was asked for, it waits or not, whatever became of it", () => {
  const approved = approveRevocation(asked(11), approval) as RevocationState;
  expect(asAsked(takeEffect(approved, effect) as RevocationState)).toEqual(asked(11));
  const one = takeEffect(asked(1), effect) as RevocationState;
  expect(asAsked(one)).toBe(one);
  // Of an earlier release: its size says how many it took.
  const { persons: _, ...before } = asked(11);
  expect(asAsked({ ...before, stage: { name: "effective", approval, counter: 8, time: at(2) } })).toEqual(before);
});

test("keys order the effects of a set by counter, and no other set's are between them", () => {
  const keys = [
    counterKey("a", 2),
    counterKey("a", 10),
    counterKey("a", 2 ** 40),
    counterKey("a-b", 1),
    counterKey("b", 3),
  ];
  expect(keys.toSorted()).toEqual(keys);
});
