import { expect, test } from "vitest";
import { openCase, type CaseFile } from "./case.ts";
import { protects } from "./protects.ts";

const plain = openCase("case-1", "target-1", 1, new Date(0));
const one = <K extends keyof CaseFile>(key: K, value: unknown): CaseFile => ({ ...plain, [key]: value }) as CaseFile;

test("a case that nobody held, doubted or decided twice can be had from an older backup", () => {
  expect([plain, one("decisions", [{}]), one("confirmations", [])].map(protects)).toEqual([false, false, false]);
});

test.each<[string, CaseFile]>([
  ["a hold, also a released one", one("holds", {})],
  ["a stay", one("stay", {})],
  ["a doubt", one("doubt", {})],
  ["a doubt that is over", one("doubtedTime", new Date(0))],
  ["a withdrawal that was confirmed", one("confirmations", [{}])],
  ["a case that was reopened", one("reopenings", [{}])],
  ["a decision that was undone", one("undone", [{}])],
  ["a decision after a decision", one("decisions", [{}, {}])],
])("%s is remembered", (_what, file) => {
  expect(protects(file)).toBe(true);
});
