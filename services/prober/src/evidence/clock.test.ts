import fc from "fast-check";
import { expect, test } from "vitest";
import { at } from "../../test/examples.ts";
import { clockReading } from "./clock.ts";

const now = at(600);
const written = (text: string, minutesAgo = 5) => clockReading({ text, writtenTime: at(600 - minutesAgo) }, now);

test("a fresh and small offset is known, to the microsecond", () => {
  expect(written("0.0123456\n")).toEqual({ is: "known", offsetMs: 12.346, measuredTime: at(595) });
  expect(written("-1")).toMatchObject({ is: "known", offsetMs: -1000 });
  expect(written(" +1.2e-05 ")).toMatchObject({ is: "known", offsetMs: 0.012 });
});

test.each([
  ["no file is named", clockReading("none", now), "not configured"],
  ["the file is not there", clockReading(undefined, now), "unreadable"],
  ["it is being written", written(""), "unreadable"],
  ["it holds something else", written("0.1 seconds slow of NTP time"), "unreadable"],
  ["it holds no number", written("NaN"), "unreadable"],
  ["it is of more than an hour ago", written("0", 61), "stale"],
  ["it comes from the future", written("0", -61), "stale"],
  ["our clock is more than a second off", written("1.01"), "too far off"],
])("%s: our clock is not known", (_, reading, why) => expect(reading).toEqual({ is: "unknown", why }));

test("whatever the file holds, what is known is at most a second off", () => {
  fc.assert(
    fc.property(fc.oneof(fc.double().map(String), fc.string()), (text) => {
      const reading = written(text);
      if (reading.is === "known") expect(Math.abs(reading.offsetMs)).toBeLessThanOrEqual(1000);
    }),
  );
});
