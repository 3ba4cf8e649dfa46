import { expect, test } from "vitest";
import { isLaterThan, uploadName } from "./upload-name.ts";

const at = (day: number) => new Date(Date.UTC(2026, 0, day));

test("a release is known by its name to be of a connector, and of a later time", () => {
  const file = `${uploadName("npo", { from: at(1), to: at(3) }, 1)}.csv`;
  expect(file).toBe("npo-20260101T000000Z-20260103T000000Z-2.csv");
  expect([at(2), at(3), undefined].map((until) => isLaterThan(file, "npo", until))).toEqual([true, false, true]);
  expect(["np", "npo-2", "other"].map((name) => isLaterThan(file, name, at(2)))).toEqual([false, false, false]);
  expect(isLaterThan("npo-list.csv", "npo", at(2))).toBe(false);
});
