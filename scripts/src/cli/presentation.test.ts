import fc from "fast-check";
import { expect, test } from "vitest";
import { instant } from "./arguments.ts";
import { alarmed, presented, shownTime, table } from "./output.ts";
import { PLAIN, timeIn, timeZoneOf, wantsColour } from "./presentation.ts";

test.each<[string | undefined, Record<string, string>, boolean, boolean]>([
  [undefined, {}, true, true],
  [undefined, {}, false, false],
  [undefined, { TERM: "dumb" }, true, false],
  [undefined, { NO_COLOR: "1" }, true, false],
  [undefined, { NO_COLOR: "" }, true, true],
  [undefined, { FORCE_COLOR: "1" }, false, true],
  [undefined, { FORCE_COLOR: "0" }, true, false],
  [undefined, { FORCE_COLOR: "1", NO_COLOR: "1" }, false, true],
  ["auto", { NO_COLOR: "1" }, true, false],
  ["always", { NO_COLOR: "1" }, false, true],
  ["never", { FORCE_COLOR: "1" }, true, false],
])("given --color %s, %o and a terminal: %s, colour is wanted: %s", (said, environment, isTerminal, wanted) => {
  expect(wantsColour(said, environment, isTerminal)).toBe(wanted);
});

test("a time is told by the zone's clocks, and in UTC as JSON tells it", () => {
  const time = new Date("2030-01-31T20:00:05.250Z");
  expect(timeIn("Asia/Kuala_Lumpur", time)).toBe("2030-02-01T04:00:05+08:00");
  expect(timeIn("America/St_Johns", time)).toBe("2030-01-31T16:30:05-03:30");
  expect(timeIn("Europe/London", time)).toBe("2030-01-31T20:00:05+00:00");
  expect(timeIn("UTC", time)).toBe("2030-01-31T20:00:05.250Z");
});

test("what is told as a time can be typed as one and means the same second", () => {
  const zones = fc.constantFrom("Asia/Kathmandu", "America/New_York", "Pacific/Auckland", "UTC", "Africa/Lagos");
  const times = fc.date({ min: new Date("2000-01-01"), max: new Date("2080-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(zones, times, (zone, time) => {
      const second = Math.floor(time.getTime() / 1000);
      expect(Math.floor(instant(timeIn(zone, time)).getTime() / 1000)).toBe(second);
    }),
  );
});

test("the zone is the one that is named, else the system's; a name that is none is no zone", () => {
  expect(timeZoneOf({ NTD_TIME_ZONE: "Asia/Tokyo" })).toBe("Asia/Tokyo");
  expect(timeZoneOf({})).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  expect(timeZoneOf({ NTD_TIME_ZONE: "Asia/Atlantis" })).toBeUndefined();
});

test("how things look holds for what is said meanwhile, and for nothing else", () => {
  const time = new Date("2030-01-31T20:00:00Z");
  const inTokyo = { ...PLAIN, timeZone: "Asia/Tokyo", hasColour: true };
  const say = () => `${shownTime(time)} ${alarmed("stop")}`;
  expect(presented(inTokyo, say)).toBe("2030-02-01T05:00:00+09:00 \u001b[1m\u001b[31mstop\u001b[39m\u001b[22m");
  expect(say()).toBe("2030-01-31T20:00:00.000Z stop");
  const failing = () => {
    throw new Error("on purpose");
  };
  expect(() => presented(inTokyo, failing)).toThrow("on purpose");
  expect(say()).toBe("2030-01-31T20:00:00.000Z stop");
});

test("a table on a narrow terminal is wrapped, and loses nothing", () => {
  const long = "a".repeat(60);
  const text = presented({ ...PLAIN, columns: 40 }, () => table(["name", "words"], [["x", long]]));
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(text.replaceAll(/[^a]/g, "").length).toBeGreaterThanOrEqual(60);
  expect(table(["name", "words"], [["x", long]])).toContain(long);
});
