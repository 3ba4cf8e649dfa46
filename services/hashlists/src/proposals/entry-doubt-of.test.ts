import { expect, test } from "vitest";
import { entryDoubtOf, stands } from "./entry-doubt-of.ts";
import type { CaseWord, ProposalState } from "./proposal.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 2, 1, hour));

function file(words: Partial<CaseWord>[], name: "listing" | "listed" | "falling" = "listed"): ProposalState {
  const cases = Object.fromEntries(
    words.map((word, n): [string, CaseWord] => [`c${n}`, { version: 1, says: "illegal", by: [], ...word }]),
  );
  const stage = { name, listing: { releaseId: "r", entryIds: ["e"] }, by: [] };
  const none = { fingerprints: [], confirmedBy: [], requests: [] };
  return { schemaVersion: 1, proposalId: "p", proposedTime: at(0), cases, stage, ...none };
}

const standing = file([{}]);
const doubted = (hour?: number) => file([{ says: "doubted", ...(hour !== undefined && { untilTime: at(hour) }) }]);

test("an entry is in doubt where each file that is listed with it is", () => {
  expect(entryDoubtOf([standing], at(1))).toBeUndefined();
  expect(entryDoubtOf([doubted(4)], at(1))).toEqual({ suspended: true, untilTime: at(4) });
  expect(entryDoubtOf([doubted()], at(1))).toEqual({ suspended: true });
  expect(entryDoubtOf([doubted(4), standing], at(1))).toBeUndefined();
  expect(entryDoubtOf([doubted(4), file([{ says: "doubted" }], "listing")], at(1))).toEqual({
    suspended: true,
    untilTime: at(4),
  });
});

test("a doubt that has lapsed, and a contradiction, leave it disputed", () => {
  expect(entryDoubtOf([doubted(4)], at(4))).toEqual({ suspended: false });
  expect(entryDoubtOf([doubted(), file([{}, { says: "not_illegal" }])], at(1))).toEqual({ suspended: false });
});

test("nothing is left of it where no file is listed with it", () => {
  expect(entryDoubtOf([], at(1))).toBeUndefined();
  expect(entryDoubtOf([file([{ says: "doubted" }], "falling")], at(1))).toBeUndefined();
});

test("one that is listed and stands is answer enough", () => {
  const contradicted = file([{}, { says: "not_illegal" }]);
  const all = [standing, file([{}], "listing"), file([{}], "falling"), doubted(), contradicted];
  expect(all.map(stands)).toEqual([true, true, false, false, false]);
});
