import type { Decision } from "@ntd/proto/casework/v1/case";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import type { Review, Reviewed } from "./review.ts";

/** Episodes of a target that are looked through, the newest first. */
const EPISODES = 20;

/**
 * The case that a review is about: the one that it names, else that of the target's episode when it was opened. Told by
 * times, so that it is the same whether the case or what is said against it came first.
 */
export async function reviewedCase({ cases }: Pick<Deps, "cases">, review: Review): Promise<CaseFile | undefined> {
  const { caseId, targetId, openedTime } = review;
  const named = caseId === "" ? undefined : await cases.load(caseId);
  if (named !== undefined) return named.state;
  if (targetId === "") return undefined;
  const found = await cases.find({ where: { targetId }, orderBy: "episode", descending: true, limit: EPISODES });
  const files = found.map(({ state }) => state);
  return files.find((file) => file.openedTime <= openedTime) ?? files.at(-1);
}

/** The decision that others knew of when the review was opened: the one that it names, else by its time. */
export function decisionThen(file: CaseFile, { decisionId, openedTime }: Review): Decision | undefined {
  if (decisionId !== "") return file.decisions.find((decision) => decision.decisionId === decisionId);
  return toldDecisions(file).findLast(({ decidedTime }) => decidedTime !== undefined && decidedTime <= openedTime);
}

/** What is under review: the decision that there was, the one that there is by now, and what agreed with them. */
export function reviewedDecisions(file: CaseFile | undefined, review: Review): Reviewed[] {
  if (file === undefined) return [];
  const decisions = [decisionThen(file, review), toldDecisions(file).at(-1)];
  const ids = new Set(decisions.map((decision) => decision?.decisionId));
  // Who looked second and decided the same has decided it too.
  const agreed = (file.looks ?? []).filter(({ outcome, first }) => outcome === "agreed" && ids.has(first.decisionId));
  return [...decisions, ...agreed.map(({ lookedBy = "" }) => ({ decidedBy: lookedBy, confirmedBy: "" }))];
}
