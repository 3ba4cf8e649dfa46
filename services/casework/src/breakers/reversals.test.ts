import { expect, test } from "vitest";
import { inDoubt } from "../doubts/doubt.ts";
import { byMachine, decide, word } from "../../test/doubts.ts";
import { file, later } from "../../test/facts.ts";
import { reversedIn, standing, uncountedIn } from "./reversals.ts";

const reopened = inDoubt(byMachine, word("REOPENED", "assessor/ben"));

test("a decision is taken back by two persons' words, not by a doubt and not by one", () => {
  expect(reversedIn(reopened)).toEqual([]);
  expect(reversedIn(decide(reopened, "NOT_ILLEGAL", "assessor/ben"))).toEqual([]);
  const withdrawn = decide(reopened, "NOT_ILLEGAL", "assessor/ann");
  expect(reversedIn(withdrawn).map(({ decisionId }) => decisionId)).toEqual(["D1"]);
  expect(uncountedIn(withdrawn)).toHaveLength(1);
  expect(uncountedIn({ ...withdrawn, countedReversals: 1 })).toEqual([]);
});

test("what is held back is taken back when it is told", () => {
  const held = decide(reopened, "NOT_ILLEGAL", "assessor/ann", later(20), { holdBackMs: 60_000 });
  expect(uncountedIn(held)).toEqual([]);
});

test("what stands is the told illegal alone, by its person or its set", () => {
  expect(standing(file())).toEqual({});
  expect(standing(decide(reopened, "NOT_ILLEGAL", "assessor/ann"))).toEqual({});
  expect(standing(decide(reopened, "ILLEGAL", "assessor/ann"))).toMatchObject({ by: "person ann" });
});

test("what was decided with another case is neither counted nor taken back here, however it is withdrawn", () => {
  const [first] = decide(reopened, "ILLEGAL", "assessor/ann").decisions.slice(-1);
  if (first === undefined) throw new Error("no decision");
  const alike = file({
    progress: { kind: "decided" },
    decisions: [{ ...first, decisionId: "D0", clusterCaseId: "star" }],
  });
  expect(standing(alike)).toEqual({});
  const withdrawn = decide(inDoubt(alike, word("REOPENED", "assessor/ben")), "NOT_ILLEGAL", "assessor/sam");
  expect(withdrawn.decisions.at(-1)?.confirmedBy).toBe("assessor/ben");
  expect(uncountedIn(withdrawn)).toEqual([]);
});
