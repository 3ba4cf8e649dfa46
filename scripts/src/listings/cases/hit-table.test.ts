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

test("a hit by MD5 says how long the listed file is, and what was seen if that is another length", () => {
  const equal: Hit = { ...hit, algorithm: "ALGORITHM_MD5", distance: 0, threshold: 0, expectedFalseMatches: 0 };
  const text = hitTable([
    { ...equal, entrySizeBytes: 700, querySizeBytes: 700 },
    { ...equal, entrySizeBytes: 700, querySizeBytes: 701 },
  ]);
  const [, same, other] = text.split("\n").filter((line) => /algorithm|MD5/i.test(line));
  expect(same).toMatch(/iwf A +700 *$/);
  expect(other).toMatch(/iwf A +700, seen: 701 *$/);
});

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

test("a hit of what was derived names the target that showed the picture, and the edit", () => {
  const derived = { ...hit, setId: "own/derived", setRole: "SET_ROLE_DERIVED", votes: 0, nominatesOnly: true } as const;
  const text = hitTable([{ ...derived, classification: undefined, derivedEdit: "crop 5 %", entryId: "00ff" }]);
  expect(text).toMatch(/own\/derived +derived +0 /);
  expect(text).toMatch(
    /like a picture decided illegal \(target 00ff\), as it would be after: crop 5 %, decides nothing/,
  );
});

test("a hit of a further picture says which, and that it decides nothing where it does not", () => {
  const text = hitTable([
    { ...hit, rendition: "frame 1" },
    { ...hit, rendition: "frame 7, inner", nominatesOnly: true },
    { ...hit, rendition: "on black" },
  ]);
  const [, frame, inner, black] = text.split("\n").filter((line) => /algorithm|PDQ/i.test(line));
  expect(frame).toMatch(/rotate90 +frame 1 \(the first is 0\) +hotline/);
  expect(inner).toMatch(/rotate90 +frame 7 \(the first is 0\), inner +hotline .* decides nothing *$/);
  expect(black).toMatch(/rotate90 +on black +hotline/);
});

test("a hit of a film says how much of it and of the listed one was found", () => {
  const film = { entryFrames: 60, entryFramesFound: 12, filmFrames: 14, filmFramesFound: 13, found: [] };
  const text = hitTable([
    { ...hit, algorithm: "ALGORITHM_VPDQ", form: "original", film, nominatesOnly: true },
    { ...hit, rendition: "at 12 s", film: { ...film, entryFrames: 0, entryFramesFound: 0 }, nominatesOnly: true },
  ]);
  const [, listed, picture] = text.split("\n").filter((line) => /algorithm|PDQ/i.test(line));
  expect(listed).toMatch(
    /^vpdq .* 13 of 14 of its frames, 12 of 60 of the listed film's +hotline .* decides nothing *$/,
  );
  expect(picture).toMatch(/ at 12 s, 13 of 14 of its frames +hotline/);
});
