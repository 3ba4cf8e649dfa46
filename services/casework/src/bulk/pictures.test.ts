import { describe, expect, test } from "vitest";
import { inDoubt } from "../doubts/doubt.ts";
import { byMachine, word } from "../../test/doubts.ts";
import { picturesOf } from "./pictures.ts";

const rows = (...files: Parameters<typeof picturesOf>[0][number][]) =>
  [...picturesOf(files, "assessor/ann").values()].map(({ row }) => row);
const inCase = (caseId: string, file = byMachine) => ({ ...file, caseId });

describe("given cases of one cause", () => {
  test("only those that somebody has a word against are listed: a stay, and something else, are nobody's", () => {
    const stayed = inDoubt(inCase("stayed"), word("STAY", "assessor/ben"));
    const other = inDoubt(inCase("other"), { ...word("SOMETHING_ELSE", ""), by: [] });
    const doubted = inDoubt(inCase("doubted"), word("REOPENED", "assessor/ben"));
    expect(other.doubt).toBeDefined();
    expect(rows(inCase("in force"), stayed, other, doubted)).toMatchObject([
      { caseCount: 1, exampleCaseId: "doubted" },
    ]);
  });

  test("the name of a picture changes with its cases and their evidence", () => {
    const one = inDoubt(inCase("one"), word("REOPENED", "assessor/ben"));
    const two = inDoubt(inCase("two"), word("REOPENED", "assessor/ben"));
    const names = [rows(one), rows(one, two), rows({ ...one, evidenceRevision: 9 })].map(([row]) => row?.picture);
    expect(new Set(names).size).toBe(3);
    expect(rows(two, one)).toEqual(rows(one, two));
  });
});
