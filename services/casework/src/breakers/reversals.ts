import type { Decision } from "@ntd/proto/casework/v1/case";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import { keysOf, subjectsOf } from "./subject.ts";
import { asToday } from "../doubts/doubt.ts";

/**
 * The decisions of a case that were taken back by two persons' words, in the order in which they were made. What was decided
 * with another case is that one's: one wrong decision, however many addresses it was about.
 */
export function reversedIn(file: CaseFile): Decision[] {
  const told = toldDecisions(file).map(asToday);
  const withdrawn = new Set(
    told.filter(({ confirmedBy }) => confirmedBy !== "").map(({ withdrawsDecisionId }) => withdrawsDecisionId),
  );
  return told.filter((one) => withdrawn.has(one.decisionId) && one.clusterCaseId === undefined);
}

/** Those that no breaker has counted. */
export function uncountedIn(file: CaseFile): Decision[] {
  return reversedIn(file).slice(file.countedReversals ?? 0);
}

/** The told "illegal" that stands, which breakers count a share of: whose it is, and since when. */
export function standing(file: CaseFile): { by?: string; rule?: string; time?: Date } {
  const last = toldDecisions(file).at(-1);
  if (last?.verdict !== "VERDICT_ILLEGAL" || last.clusterCaseId !== undefined) return {};
  return { ...keysOf(subjectsOf(last)), ...(last.decidedTime && { time: last.decidedTime }) };
}
