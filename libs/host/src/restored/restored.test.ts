import { expect, test } from "vitest";
import { lift, stands, type Restored } from "./restored.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 29, 12, minute));
const restored: Restored = {
  schemaVersion: 1,
  backupTime: at(0),
  restoredTime: at(10),
  difference: "aa",
  liftedBy: [],
  requests: [],
};
const thrown = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

test("it stands until two persons have read the difference", () => {
  expect([stands(undefined), stands(restored)]).toEqual([false, true]);
  const once = lift(restored, "operator/olga", "aa", at(11));
  expect([once.liftedBy, stands(once)]).toEqual([["operator/olga"], true]);
  const twice = lift(once, "operator/otto", "aa", at(12));
  expect(twice).toMatchObject({ liftedBy: ["operator/olga", "operator/otto"], liftedTime: at(12) });
  expect(stands(twice)).toBe(false);
});

test("one person is not two, another difference is none, and what is lifted or never was is said", () => {
  const once = lift(restored, "operator/olga", "aa", at(11));
  expect(thrown(() => lift(once, "operator/olga", "aa", at(12)))).toBe("SAME_PERSON");
  expect(thrown(() => lift(once, "operator/otto", "bb", at(12)))).toBe("FIELD_INVALID");
  const twice = lift(once, "operator/otto", "aa", at(12));
  expect(thrown(() => lift(twice, "operator/oona", "aa", at(13)))).toBe("WRONG_STATE");
  expect(thrown(() => lift(undefined, "operator/olga", "aa", at(13)))).toBe("NOT_FOUND");
});
