import { expect, test } from "vitest";
import { exampleHit } from "../../test/examples.ts";
import { answerOf } from "./answer.ts";

const hit = exampleHit({ classification: { scheme: "iwf", version: "", code: "A" } });
const explained = () => "CHECK_TERMS_EXPLAINED" as const;

test("a set that explains names itself, how near it is and the class; no answer names an entry", () => {
  const answer = answerOf({ hits: [hit] }, explained);
  expect(answer).toEqual({
    verdict: "HASH_VERDICT_KNOWN",
    reason: "NOT_JUDGED_REASON_UNSPECIFIED",
    nominatesOnly: false,
    matches: [
      {
        setId: "set-a",
        algorithm: "ALGORITHM_PDQ",
        distance: 15,
        threshold: 31,
        classification: hit.classification,
        nominatesOnly: false,
      },
    ],
  });
  expect(JSON.stringify(answer)).not.toContain(hit.entryId);
});

test("how near it is, is told in three steps, each as the farthest that it may be", () => {
  const told = (distance: number, threshold = 31) =>
    answerOf({ hits: [exampleHit({ distance, threshold })] }, explained).matches[0]?.distance;
  expect([0, 1, 15, 16, 31].map((distance) => told(distance))).toEqual([0, 15, 15, 31, 31]);
  expect([told(0, 0), told(1, 1), told(6, 12), told(7, 12)]).toEqual([0, 1, 6, 12]);
});

test("a set that says known or not is not named, also beside one that explains", () => {
  const terms = (setId: string) => (setId === "set-a" ? "CHECK_TERMS_KNOWN" : "CHECK_TERMS_EXPLAINED");
  expect(answerOf({ hits: [hit] }, terms)).toMatchObject({ verdict: "HASH_VERDICT_KNOWN", matches: [] });
  const both = answerOf({ hits: [hit, exampleHit({ setId: "set-b" })] }, terms);
  expect(both.matches.map(({ setId }) => setId)).toEqual(["set-b"]);
});

test.each([
  ["MD5 alone", { algorithm: "ALGORITHM_MD5", weakEqualityDecides: false } as const, true],
  ["MD5 where its set lets it decide", { algorithm: "ALGORITHM_MD5", weakEqualityDecides: true } as const, false],
  ["what an innocent picture looks like, too", { vetoedBySet: "innocent" }, true],
  ["fewer votes than the set asks for", { votes: 1, minVotes: 2 }, true],
  ["an entry that is disputed", { disputed: true }, true],
  ["what may nominate alone", { nominatesOnly: true }, true],
  ["SHA-256", { algorithm: "ALGORITHM_SHA256" } as const, false],
])("%s", (_, changes, nominatesOnly) => {
  expect(answerOf({ hits: [exampleHit(changes)] }, explained)).toMatchObject({ nominatesOnly });
});

test("of a set what decides is told before what only nominates", () => {
  const hits = [exampleHit({ distance: 0, votes: 0 }), exampleHit({ distance: 9 })];
  expect(answerOf({ hits }, explained)).toMatchObject({ nominatesOnly: false, matches: [{ distance: 15 }] });
});

test("what is not found is not known, and what could not be looked up says why", () => {
  expect(answerOf({ hits: [] }, explained).verdict).toBe("HASH_VERDICT_NOT_KNOWN");
  expect(answerOf({ notJudged: "NOT_JUDGED_REASON_NO_SET" }, explained)).toMatchObject({
    verdict: "HASH_VERDICT_NOT_JUDGED",
    reason: "NOT_JUDGED_REASON_NO_SET",
  });
});
