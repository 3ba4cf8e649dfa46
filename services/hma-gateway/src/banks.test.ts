import type { HashAnswer, HashMatch } from "@ntd/proto/matching/v1/check_service";
import { expect, test } from "vitest";
import { banksOf, KNOWN_BANK } from "./banks.ts";

const match: HashMatch = {
  setId: "national",
  algorithm: "ALGORITHM_PDQ",
  distance: 4,
  threshold: 31,
  classification: undefined,
  nominatesOnly: false,
};
const known: HashAnswer = {
  verdict: "HASH_VERDICT_KNOWN",
  reason: "NOT_JUDGED_REASON_UNSPECIFIED",
  nominatesOnly: false,
  matches: [],
};

test("a set that explains is a bank with its distance, and its content has one number for ever", () => {
  const banks = banksOf({ ...known, matches: [match] });
  expect(banks).toEqual({ national: [{ bank_content_id: 537_014_900, distance: "4" }] });
  expect(banksOf({ ...known, matches: [{ ...match, threshold: 0, distance: 0 }] })).toMatchObject({
    national: [{ distance: "" }],
  });
});

test("sets that do not are one bank together", () => {
  expect(Object.keys(banksOf(known))).toEqual([KNOWN_BANK]);
});

test("what nominates only is a bank of its own, so that nothing acts on it by a bank's name", () => {
  expect(Object.keys(banksOf({ ...known, nominatesOnly: true }))).toEqual([`${KNOWN_BANK}:nominates`]);
  const nominating = { ...match, nominatesOnly: true };
  expect(Object.keys(banksOf({ ...known, nominatesOnly: true, matches: [nominating] }))).toEqual([
    "national:nominates",
  ]);
  // Another set decides, and does not say which it is.
  expect(Object.keys(banksOf({ ...known, matches: [nominating] }))).toEqual(["national:nominates", KNOWN_BANK]);
});

test("banks that were not asked for are left out", () => {
  expect(banksOf({ ...known, matches: [match] }, new Set(["other"]))).toEqual({});
  expect(Object.keys(banksOf({ ...known, matches: [match] }, new Set(["other", "national"])))).toEqual(["national"]);
});

test.each(["HASH_VERDICT_NOT_KNOWN", "HASH_VERDICT_NOT_JUDGED"] as const)("%s has no banks", (verdict) => {
  expect(banksOf({ ...known, verdict })).toEqual({});
});
