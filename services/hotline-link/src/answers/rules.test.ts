import { readFile } from "node:fs/promises";
import { HotlineAction, HotlineReason } from "@ntd/proto/hotline/v1/hotline_link_service";
import { parseData } from "@ntd/service";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answersOf, rulesIn } from "./rules.ts";
import { saidFault } from "./words.ts";

const read = (rules: unknown) => parseData(JSON.stringify(rules), "rules", rulesIn);
const withoutPrefix = (words: object, prefix: string) =>
  Object.values(words)
    .map((word) => String(word).replace(prefix, ""))
    .filter((word) => word !== "UNSPECIFIED" && word !== "UNRECOGNIZED");
const actions = withoutPrefix(HotlineAction, "HOTLINE_ACTION_");
const reasons = withoutPrefix(HotlineReason, "HOTLINE_REASON_");

test("the example that comes with the platform can be read", async () => {
  const example = await readFile(new URL("../../../../deploy/hotlines/answers-example.json", import.meta.url), "utf8");
  expect(answersOf(parseData(example, "rules", rulesIn), { hotline: "any", country: "NL" })).toHaveLength(3);
});

test("there are seven actions and 21 reasons", () => {
  expect([actions.length, reasons.length]).toEqual([7, 21]);
});

test.each([
  ["REPORTED_TO_POLICE", true, false],
  ["REPORTED_TO_PROVIDER", true, false],
  ["CONTENT_REMOVED", true, false],
  ["CONTENT_UNAVAILABLE", true, true],
  ["MOVED", true, true],
  ["NO_ACTION", false, true],
  ["NOT_ILLEGAL", false, true],
])("%s goes without a reason: %s, and with one: %s", (action, without, withOne) => {
  const fits = (answer: object) => {
    try {
      return read([{ answers: [answer] }]).length === 1;
    } catch {
      return false;
    }
  };
  expect(fits({ action })).toBe(without);
  for (const reason of reasons) expect(fits({ action, reason })).toBe(withOne);
});

test("a word that is none of the seven goes with nothing", () => {
  for (const action of ["HOTLINE_ACTION_UNSPECIFIED", "UNRECOGNIZED"] as const) {
    expect(saidFault({ action, reason: "HOTLINE_REASON_OTHER" })).toBe("has an action that is none of the seven");
  }
});

describe("the first rule that fits is the one", () => {
  const rules = read([
    { hotline: "one", country: "NL", answers: [{ action: "MOVED", after: "90s" }] },
    { country: "NL", answers: [] },
    { hotline: "one", answers: [{ action: "CONTENT_REMOVED", after: "2h" }, { action: "REPORTED_TO_POLICE" }] },
  ]);
  test.each([
    ["one", "NL", [["HOTLINE_ACTION_MOVED", 90_000]]],
    ["two", "NL", []],
    [
      "one",
      "DE",
      [
        ["HOTLINE_ACTION_REPORTED_TO_POLICE", 0],
        ["HOTLINE_ACTION_CONTENT_REMOVED", 7_200_000],
      ],
    ],
    ["two", "DE", []],
  ])("%s in %s", (hotline, country, expected) => {
    expect(answersOf(rules, { hotline, country }).map((a) => [a.action, a.afterMs])).toEqual(expected);
  });
});

test("every fault of a file is named by its place", () => {
  const bad = [
    { country: "nl", answers: [{ action: "REMOVED", afer: "2h" }] },
    { hotline: 3, colour: "red", answers: [{ action: "NO_ACTION", reason: "NONE", after: "soon" }] },
    {},
  ];
  expect(() => read(bad)).toThrow(
    /rule 1 has the country "nl"[^]*rule 1, answer 1.afer is unknown[^]*rule 1, answer 1 has an action that is none[^]*rule 2.colour is unknown[^]*rule 2 has a hotline that is no text[^]*rule 2, answer 1 has the reason "NONE"[^]*rule 2, answer 1 comes after "soon"[^]*rule 3, answers is missing/,
  );
});

test("answers come in the order in which they are due", () => {
  const step = fc.record({
    action: fc.constantFrom("CONTENT_REMOVED", "MOVED"),
    after: fc.nat(99).map((n) => `${n}m`),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (answers) => {
      const times = answersOf(read([{ answers }]), { hotline: "any", country: "NL" }).map((a) => a.afterMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.length).toBe(answers.length);
    }),
  );
});
