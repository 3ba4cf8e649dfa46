import fc from "fast-check";
import { expect, test } from "vitest";
import { presented, table } from "./output.ts";
import { PLAIN, tellingLength } from "./presentation.ts";
import { idBeginning, isBeginning } from "./short-ids.ts";

const ids = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 30 });

test.each([
  ["1a2b3c", true],
  ["1a2b3c4d-00", true],
  ["case-1", false],
  ["reports/1a2b3c", false],
  ["1A2B3C", false],
  ["018f4e9c-8f1b-7000-8000-000000000001", false],
  ["0".repeat(40), false],
])("%s may be the beginning of an id: %s", (typed, is) => {
  expect(isBeginning(typed)).toBe(is);
});

test.each(["1", "1a2b3"])("%s is too short, and how much is needed is said", (typed) => {
  expect(() => isBeginning(typed)).toThrow(`${typed} is too short to tell ids apart; give 6 characters of it or more`);
});

test("what a list prints of an id is the beginning of that id alone, and can be typed", () => {
  fc.assert(
    fc.property(ids, (all) => {
      const length = tellingLength(all);
      for (const id of all) expect(idBeginning("case", id.slice(0, length), all)).toBe(id);
      expect(length).toBeGreaterThanOrEqual(8);
    }),
  );
});

test("given the beginning of several, they are named; given that of none, the whole id is asked for", () => {
  const all = ["1a2b3c00-1", "1a2b3c11-2", "1a2b3c11-3", "1a2b3c22-4", "99"];
  const say = (typed: string) => () => idBeginning("notice", typed, all);
  expect(say("1a2b3c")).toThrow("1a2b3c begins the ids of 4: 1a2b3c00-1, 1a2b3c11-2, 1a2b3c11-3, ...; give more of it");
  expect(say("1a2b3d")).toThrow("no notice that a list shows you begins with 1a2b3d; give its whole id");
  expect(idBeginning("notice", "1a2b3c00", [...all, ...all])).toBe("1a2b3c00-1");
});

test("ids are cut on a terminal alone, and only those that may be typed by their beginning", () => {
  const [one, other] = ["018f4e9c-8f1b-7000-8000-000000000001", "018f4e9c-9f1b-7000-8000-000000000002"];
  const say = () =>
    table(
      ["case", "hold"],
      [
        [{ id: one }, one],
        [{ id: other }, other],
      ],
    );
  expect(say()).toContain(`${one}  ${one}`);
  expect(presented({ ...PLAIN, hasShortIds: true }, say)).toBe(
    `case        hold\n018f4e9c-8  ${one}\n018f4e9c-9  ${other}`,
  );
});
