import { expect, test } from "vitest";
import { latelyIn, withLetIn, withoutLetIn, type LetIn } from "./let-in.ts";

const hours = (n: number) => new Date(n * 3_600_000);
const one = (n: number, some: Partial<LetIn> = {}): LetIn => ({
  releaseId: `r${n}`,
  time: hours(n),
  of: 100 + n,
  added: 4,
  removed: 3,
  reclassed: 2,
  takenBack: 1,
  ...some,
});
const set = [0, 1, 2].reduce<{ letIn?: readonly LetIn[] }>((before, n) => withLetIn(before, one(n), hours(n)), {});

test("what was let in within 24 hours counts together, beside what was in force before the first of it", () => {
  expect(latelyIn(set, hours(3), "r9")).toMatchObject({ of: 100, added: 12, removed: 9, reclassed: 6, takenBack: 3 });
  expect(latelyIn(set, hours(3), "r0")).toMatchObject({ of: 101, removed: 6 });
  expect(latelyIn(set, hours(24), "r9")).toMatchObject({ of: 101, removed: 6 });
  expect(latelyIn(set, hours(26), "r9")).toBeUndefined();
  expect(latelyIn({}, hours(0), "r9")).toBeUndefined();
});

test("one that is noted again is one, and what it took back it took back", () => {
  const again = withLetIn(set, one(1, { time: hours(3), removed: 9, takenBack: 0 }), hours(3));
  expect(latelyIn(again, hours(3), "r9")).toMatchObject({ removed: 15, takenBack: 3 });
  expect(latelyIn(withoutLetIn(set, "r1") ?? set, hours(3), "r9")).toMatchObject({ removed: 6 });
  expect(withoutLetIn(set, "r9")).toBeUndefined();
});

test("however many there are on a day, all of them count and few are kept", () => {
  let many: { letIn?: readonly LetIn[] } = {};
  for (let n = 0; n < 1000; n++) many = withLetIn(many, one(n, { time: hours(1) }), hours(2));
  expect(latelyIn(many, hours(2), "r")).toMatchObject({ of: 100, removed: 3000 });
  expect(many.letIn).toHaveLength(100);
});
