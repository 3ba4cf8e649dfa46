import { expect, test } from "vitest";
import { countLeft, joinedLeft, leftKey, toLeftOut } from "./left-out.ts";

test("counts of what is not taken come together; the most is told first", () => {
  const left = joinedLeft({ "UNREAD pdna": 2 }, { "UNREAD pdna": 1, "BY_CHOICE pdq": 9 });
  expect(toLeftOut(left)).toEqual([
    { kind: "pdq", reason: "LEFT_OUT_REASON_BY_CHOICE", count: 9n },
    { kind: "pdna", reason: "LEFT_OUT_REASON_UNREAD", count: 3n },
  ]);
  expect([joinedLeft(undefined, undefined), toLeftOut()]).toEqual([undefined, []]);
});

test("whatever a partner calls its kinds, there are few, and none is a word of ours or of the language's", () => {
  expect(["tmk-pdqf", "A B", "", "x".repeat(41), "é"].map((kind) => leftKey("UNREAD", kind))).toEqual([
    "UNREAD tmk-pdqf",
    ...Array<string>(4).fill("UNREAD others"),
  ]);
  const left: Record<string, number> = {};
  countLeft(left, leftKey("UNREAD", "constructor"));
  for (let n = 0; n < 1000; n++) countLeft(left, leftKey("BEHIND_LINK", `k${n}`));
  expect(left["UNREAD constructor"]).toBe(1);
  expect(Object.keys(left).length).toBeLessThanOrEqual(32);
  expect(Object.values(left).reduce((sum, count) => sum + count)).toBe(1001);
});
