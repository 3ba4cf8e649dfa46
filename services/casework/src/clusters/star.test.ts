import { describe, expect, test } from "vitest";
import { made, word } from "../../test/doubts.ts";
import { file, later, noon, target } from "../../test/facts.ts";
import type { CaseFile } from "../cases/case.ts";
import { inDoubt } from "../doubts/doubt.ts";
import { memberOf } from "./cluster.ts";
import { clusterOf, refusedStar, withCluster, withWorkDone, workOf } from "./star.ts";

const first = made("VERDICT_ILLEGAL", "assessor/ann", "D1");
const members = [memberOf(file({ caseId: "m1" }))];
const decided = file({ target: target(), progress: { kind: "decided" }, decisions: [first] });
const told = withCluster(decided, "D1", [file({ caseId: "m1" })]);
const queued = { reason: "QUEUE_REASON_NO_HIT", queuedTime: noon } as const;
const held: CaseFile = { ...told, progress: { ...queued, kind: "held", holder: "assessor/ann", dueTime: later(60) } };
const times = { queuedTime: noon, sinceTime: noon, dueTime: later(99) };
const second = { kind: "before", first, reason: "QUEUE_REASON_NO_HIT", evidenceRevision: 1, ...times } as const;
const asked: CaseFile = {
  ...told,
  decisions: [],
  second,
  progress: { ...queued, kind: "queued", reason: "QUEUE_REASON_SECOND_LOOK" },
};
const doneWith = (star: CaseFile, leftOut: { caseId: string; reason: "LEFT_OUT_REASON_CLAIMED" }[] = []) => {
  const work = workOf(star);
  return work === undefined ? star : withWorkDone(star, work, leftOut);
};

describe("given a list that was confirmed with a decision", () => {
  test("while that is held back, or waits for a second look, nothing is written; once it is told, all is", () => {
    expect(workOf(held)).toBeUndefined();
    expect(workOf(asked)).toBeUndefined();
    expect(clusterOf(held)?.members).toEqual(members);
    expect(clusterOf(asked)?.members).toEqual(members);
    expect(workOf(told)).toMatchObject({ kind: "write" });
  });

  test("undone, or void, it is nothing any more", () => {
    const undone: CaseFile = { ...told, decisions: [], progress: { ...queued, kind: "queued" } };
    expect(workOf(undone)).toBeUndefined();
    expect(clusterOf(undone)).toBeUndefined();
  });

  test("in doubt before all of it is written, the rest is left out, and the words hold for what is written", () => {
    const doubted = inDoubt(told, word("REOPENED", "assessor/ben"));
    expect(workOf(doubted)).toMatchObject({ kind: "stop", words: [{ by: ["assessor/ben"] }] });
    const stayed = inDoubt(told, word("STAY", "assessor/ben"));
    expect(workOf(stayed)).toMatchObject({ kind: "stop", words: [] });
    const withdrawal = { ...made("VERDICT_NOT_ILLEGAL", "assessor/ben", "D2"), withdrawsDecisionId: "D1" };
    const withdrawn = { ...told, decisions: [first, { ...withdrawal, confirmedBy: "assessor/sue" }] };
    expect(workOf(withdrawn)).toMatchObject({ words: [{ by: ["assessor/ben"] }, { by: ["assessor/sue"] }] });
  });

  test("what fell in doubt while it was written is not done with", () => {
    const work = workOf(told);
    const doubted = inDoubt(told, word("REOPENED", "assessor/ben"));
    expect(work && withWorkDone(doubted, work, [])).toBe(doubted);
  });

  test("done with, what is left out is named, and there is nothing to do", () => {
    const leftOut = [{ caseId: "m1", reason: "LEFT_OUT_REASON_CLAIMED" as const }];
    const done = doneWith(told, leftOut);
    expect(done.cluster?.leftOut).toEqual(leftOut);
    expect(workOf(done)).toBeUndefined();
  });

  test("that the second look disagrees is said of the others once; another word later is of this case alone", () => {
    const done = doneWith(told);
    expect(workOf(inDoubt(done, word("REOPENED", "assessor/ben")))).toBeUndefined();
    const apart = inDoubt(done, word("SECOND_LOOK", "assessor/ben"));
    expect(workOf(apart)).toMatchObject({ kind: "doubt", words: [{ by: ["assessor/ben"] }] });
    const said = doneWith(apart);
    expect(said.cluster).toMatchObject({ leftOut: [], isDoubted: true });
    expect(workOf(said)).toBeUndefined();
  });
});

test('who looks second, and who takes an "illegal" back, confirms no list', () => {
  expect(refusedStar(asked, "VERDICT_ILLEGAL")).toMatchObject({ refused: "WRONG_STATE" });
  expect(refusedStar({ ...asked, second: { ...second, other: first } }, "VERDICT_ILLEGAL")).toBeUndefined();
  expect(refusedStar(told, "VERDICT_NOT_ILLEGAL")).toMatchObject({ refused: "WRONG_STATE" });
  expect(refusedStar(told, "VERDICT_ILLEGAL")).toBeUndefined();
});
