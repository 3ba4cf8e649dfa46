import { expect, test } from "vitest";
import { isLeased } from "./lease.ts";

const now = new Date(1_000_000);
const endingIn = (ms: number) => new Date(now.getTime() + ms);

test.each([
  [-1, false],
  [0, false],
  [1, true],
  [1000, true],
  [2000, true],
  [2001, false],
  [3_600_000, false],
])("a lease of a second that ends in %i ms is respected: %s", (ms, isHeld) => {
  expect(isLeased(endingIn(ms), now, 1000)).toBe(isHeld);
});
