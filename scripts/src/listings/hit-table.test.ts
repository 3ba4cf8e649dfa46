import type { Hit } from "@ntd/proto/matching/v1/match";
import { expect, test } from "vitest";
import { hitTable } from "./hit-table.ts";

const hit: Hit = {
  algorithm: "ALGORITHM_PDQ",
  distance: 12,
  threshold: 31,
  queryQuality: 100,
  entryQuality: 90,
  form: "rotate90",
  setId: "hotline",
  setOwner: "Hotline",
  setRole: "SET_ROLE_POSITIVE",
  releaseId: "r",
  entryId: "e",
  votes: 3,
  autoIssue: true,
  minVotes: 1,
  classification: { scheme: "iwf", version: "", code: "A" },
  expectedFalseMatches: 0.000_123,
};

test("a hit says how likely chance is, what speaks against it, and that recipes differ", () => {
  const text = hitTable([
    hit,
    { ...hit, vetoedBySet: "innocent", crossRecipe: true },
    { ...hit, algorithm: "ALGORITHM_SHA256", distance: 0, threshold: 0, expectedFalseMatches: 0 },
  ]);
  const [, likely, vetoed, equal] = text.split("\n").filter((line) => /algorithm|PDQ|SHA/i.test(line));
  expect(likely).toMatch(/12 of 31 +rotate90 +hotline +positive +3 +< 0\.0001 +iwf A *$/);
  expect(vetoed).toMatch(/vetoed by innocent, other recipe *$/);
  expect(equal).toMatch(/0 of 0 +rotate90 +hotline +positive +3 +iwf A *$/);
});
