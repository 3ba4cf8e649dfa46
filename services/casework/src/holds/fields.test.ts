import { durationOf } from "@ntd/service";
import { expect, test } from "vitest";
import { later, noon } from "../../test/facts.ts";
import { lookEveryMsOf, requireExpireTime } from "./fields.ts";

const DAY = 86_400;

test("looks may go on from once a minute to once a day, or not at all", () => {
  expect(lookEveryMsOf(undefined)).toBeUndefined();
  for (const ms of [60_000, 60_001, DAY * 1000]) expect(lookEveryMsOf(durationOf(ms))).toBe(ms);
  for (const ms of [0, 59_999, DAY * 1000 + 1])
    expect(() => lookEveryMsOf(durationOf(ms))).toThrow("1 minute to 1 day");
});

test("a hold ends later than now, and at most seven days from now", () => {
  requireExpireTime(undefined, noon);
  for (const seconds of [1, 7 * DAY]) requireExpireTime(later(seconds), noon);
  for (const seconds of [-1, 0, 7 * DAY + 1]) expect(() => requireExpireTime(later(seconds), noon)).toThrow();
});
