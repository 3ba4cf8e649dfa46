import { toldDecisions, type CaseFile } from "../cases/case.ts";
import type { KeptAnswer } from "../cases/kept-answer.ts";
import type { Deps } from "../deps.ts";
import type { Caller } from "@ntd/rpc";
import { isUnseenBy } from "../second-look/look-message.ts";

/**
 * Whether `caller` is not to see what was decided here: by its own second look, or by that of the case that it was decided
 * with, which would be told by this one.
 */
export async function isUnseen(deps: Pick<Deps, "cases">, file: CaseFile, caller: Caller): Promise<boolean> {
  return isUnseenBy(file, caller) || (await isUnseenWith(deps, file, caller));
}

/** The answer as it is to `caller`, who may look second at the case that this one was decided with. */
export async function answerBlind(
  deps: Pick<Deps, "cases">,
  file: CaseFile,
  answer: KeptAnswer,
  caller: Caller,
): Promise<KeptAnswer> {
  if (answer.look !== undefined || !(await isUnseenWith(deps, file, caller))) return answer;
  const told = toldDecisions(file);
  const [lastTold, decidedBy = ""] = [told.at(-2), told.at(-1)?.decidedBy];
  return { ...answer, look: { kind: "after", overdue: false, blind: { decidedBy, ...(lastTold && { lastTold }) } } };
}

async function isUnseenWith({ cases }: Pick<Deps, "cases">, file: CaseFile, caller: Caller): Promise<boolean> {
  const starId = toldDecisions(file).at(-1)?.clusterCaseId;
  if (starId === undefined || caller.kind !== "assessor") return false;
  const star = await cases.load(starId);
  return star !== undefined && isUnseenBy(star.state, caller);
}
