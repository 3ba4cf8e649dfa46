import { WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { expect, test } from "vitest";
import { file, noon } from "../../test/facts.ts";
import type { CaseFile } from "../cases/case.ts";
import { earlierCase, tellsOf } from "./earlier-case.ts";

const decision = (clusterCaseId?: string): Decision => ({
  decisionId: "decision-1",
  verdict: "VERDICT_ILLEGAL",
  decidedBy: "assessor/ann",
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
  ...(clusterCaseId !== undefined && { clusterCaseId }),
});
const decided = (caseId: string, clusterCaseId?: string, more: Partial<CaseFile> = {}): CaseFile =>
  file({ caseId, progress: { kind: "decided" }, decisions: [decision(clusterCaseId)], ...more });

test("a case tells of another that it was decided with, or that was decided with it, or with the same one", () => {
  const [star, member, sibling] = [decided("star"), decided("m1", "star"), decided("m2", "star")];
  expect([tellsOf(star, member), tellsOf(member, star), tellsOf(member, sibling)]).toEqual([true, true, true]);
  expect([tellsOf(star, decided("other")), tellsOf(member, decided("m3", "another"))]).toEqual([false, false]);
});

test("so does one whose precedent it is", () => {
  const later = { ...decided("later"), precedent: { caseId: "star" } } as CaseFile;
  expect([tellsOf(decided("star"), later), tellsOf(decided("other"), later)]).toEqual([true, false]);
});

test("what is not to be seen waits, as far as is told", () => {
  expect(earlierCase(decided("m1", "star"), false)).toMatchObject({
    state: "CASE_STATE_DECIDED",
    verdict: "VERDICT_ILLEGAL",
    decidedTime: noon,
  });
  expect(earlierCase(decided("m1", "star"), true)).toEqual({
    caseId: "m1",
    state: "CASE_STATE_QUEUED",
    verdict: "VERDICT_UNSPECIFIED",
    decidedTime: undefined,
    classifications: [],
  });
});
