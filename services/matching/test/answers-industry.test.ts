import { CheckTerms } from "@ntd/proto/hashlists/v1/release";
import { SetRole } from "@ntd/proto/matching/v1/match";
import { expect, test } from "vitest";
import { answersIndustry } from "../src/checks/check-search.ts";
import type { KnownSet } from "../src/store.ts";
import { policy } from "./bed.ts";

const set: KnownSet = {
  schemaVersion: 1,
  setId: "a",
  version: 1,
  policy,
  activeReleaseId: "r",
  entryCount: 1,
  counter: 1,
  check: "CHECK_TERMS_KNOWN",
};

test("of all terms two answer, and of all roles one does", () => {
  const terms = [undefined, ...Object.values(CheckTerms)];
  expect(terms.filter((check) => answersIndustry({ known: { ...set, check } }))).toEqual([
    "CHECK_TERMS_KNOWN",
    "CHECK_TERMS_EXPLAINED",
  ]);
  const roles = Object.values(SetRole);
  const answering = roles.filter((role) => answersIndustry({ known: { ...set, policy: { ...policy, role } } }));
  expect(answering).toEqual(["SET_ROLE_POSITIVE"]);
});

test("a set without a policy, and one that is retired, answers nobody", () => {
  expect(answersIndustry({ known: { ...set, policy: undefined } })).toBe(false);
  expect(answersIndustry({ known: { ...set, retiredCounter: 1 } })).toBe(false);
});
