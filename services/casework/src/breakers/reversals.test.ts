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
