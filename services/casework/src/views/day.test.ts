import { expect, test } from "vitest";
import { dayOf, nextDay } from "./day.ts";

test.each([
  ["UTC", "2026-03-01T12:00:00Z", "2026-03-01", "2026-03-02T00:00:00.000Z"],
  ["Asia/Kuala_Lumpur", "2026-03-01T16:00:00Z", "2026-03-02", "2026-03-02T16:00:00.000Z"],
  ["Asia/Kuala_Lumpur", "2026-03-01T15:59:59.999Z", "2026-03-01", "2026-03-01T16:00:00.000Z"],
  // Clocks are put back in that night: a day of 25 hours.
  ["Europe/Amsterdam", "2026-10-24T22:00:00Z", "2026-10-25", "2026-10-25T23:00:00.000Z"],
])("in %s %s lies in %s, which ends at %s", (zone, time, day, end) => {
  expect(dayOf(new Date(time), zone)).toBe(day);
  expect(nextDay(new Date(time), zone).toISOString()).toBe(end);
});
