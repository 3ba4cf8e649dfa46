import type { Decision } from "@ntd/proto/casework/v1/case";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import type { Review } from "./review.ts";

/** The case that a review is about: the one that it names, else the newest of its target. */
export async function reviewedCase({ cases }: Pick<Deps, "cases">, review: Review): Promise<CaseFile | undefined> {
  const { caseId, targetId } = review;
  if (caseId !== "") return (await cases.load(caseId))?.state;
  if (targetId === "") return undefined;
  const [newest] = await cases.find({ where: { targetId }, orderBy: "episode", descending: true, limit: 1 });
  return newest?.state;
}

/** What is under review: the decision that it names, and the one that there is by now. */
export function reviewedDecisions(file: CaseFile | undefined, { decisionId }: Review): (Decision | undefined)[] {
  const named = file?.decisions.find((decision) => decision.decisionId === decisionId);
  return [named, file && toldDecisions(file).at(-1)];
}
