import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { alarmsOf, windowAt } from "./check-alarms.ts";
import { defaultCheckRates } from "./check-rates.ts";
import { Neighbours } from "./neighbours.ts";

const rates = defaultCheckRates.everybody;
const began = new Date(0);
const quiet = { began, hashes: 10_000, known: 30, refusedCalls: 0 };
const seen = { usedToday: 0, neighbours: 0 };

describe("alarms", () => {
  test.each([
    ["a platform's pictures", quiet, seen, []],
    ["ten calls over a quota", { ...quiet, refusedCalls: 10 }, seen, ["CHECK_ALARM_RATE"]],
    ["four fifths of a day", quiet, { ...seen, usedToday: 8_000_000 }, ["CHECK_ALARM_RATE"]],
    ["a fifth is known", { ...quiet, hashes: 1000, known: 200 }, seen, ["CHECK_ALARM_KNOWN_SHARE"]],
    ["all of a few is known", { ...quiet, hashes: 50, known: 50 }, seen, []],
    ["hundreds around one", quiet, { ...seen, neighbours: 500 }, ["CHECK_ALARM_NEIGHBOURS"]],
  ] as const)("given %s", (_, window, also, alarms) => {
    expect(alarmsOf(window, also, rates)).toEqual(alarms);
  });

  test("a window lasts an hour, and a clock that went back begins a new one", () => {
    expect(windowAt(quiet, new Date(3_599_999))).toBe(quiet);
    expect(windowAt(quiet, new Date(3_600_000))).toMatchObject({ hashes: 0 });
    expect(windowAt(quiet, new Date(-1))).toMatchObject({ hashes: 0 });
  });
});

describe("neighbours", () => {
  const picture = (n: number) => createHash("sha256").update(`${n}`).digest();
  const turned = (hash: Buffer, ...bits: number[]) => {
    const other = Buffer.from(hash);
    for (const bit of bits) other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return other;
  };

  test("who turns the bits of one hash is seen, whatever is asked in between", () => {
    const asked = new Neighbours("pdq");
    asked.note(picture(0), true);
    for (let n = 1; n <= 255; n++) {
      for (let other = 0; other < 100; other++) asked.note(picture(1000 * n + other), false);
      asked.note(turned(picture(0), n, n - 1), false);
    }
    expect(asked.most).toBe(255);
  });

  test("so is who feels for what is not known yet", () => {
    const asked = new Neighbours("pdq");
    for (let n = 1; n <= 200; n++) asked.note(turned(picture(0), n), false);
    expect(asked.most).toBe(199);
  });

  test("of blockhashes, whose threshold is lower, fewer bits are near", () => {
    const asked = new Neighbours("blockhash");
    const bits = (count: number) => Array.from({ length: count }, (_, bit) => bit);
    for (const count of [0, 1, 12, 20, 21, 40]) asked.note(turned(picture(0), ...bits(count)), count < 13);
    expect(asked.most).toBe(3);
  });

  test("different pictures, and one that is asked again and again, are no neighbours", () => {
    const asked = new Neighbours("pdq");
    for (let n = 0; n < 2000; n++) asked.note(picture(n), n % 100 === 0);
    for (let n = 0; n < 2000; n++) asked.note(picture(7), true);
    expect(asked.most).toBe(0);
  });
});
