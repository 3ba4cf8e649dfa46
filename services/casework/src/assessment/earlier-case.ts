import type { EarlierCase } from "@ntd/proto/casework/v1/assessment_service";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import { published } from "../cases/publish.ts";

/** A case among others: how it was decided, unless that is not to be seen by who asks. */
export function earlierCase(file: CaseFile, unseen: boolean): EarlierCase {
  const { caseId, state, decision } = published(file);
  const nothing = { caseId, decidedTime: undefined, classifications: [] };
  if (unseen) return { ...nothing, state: "CASE_STATE_QUEUED", verdict: "VERDICT_UNSPECIFIED" };
  const { verdict = "VERDICT_UNSPECIFIED", decidedTime, classifications = [] } = decision ?? {};
  return { caseId, state, verdict, decidedTime, classifications };
}

/**
 * Whether `other` tells what was decided in `file`, which the caller is to look at without knowing it: decided with it
 * as one picture, or as it was decided.
 */
export function tellsOf(file: CaseFile, other: CaseFile): boolean {
  if (other.precedent?.caseId === file.caseId) return true;
  const first = file.second?.first.clusterCaseId;
  const own = [file.caseId, ...toldDecisions(file).map(({ clusterCaseId }) => clusterCaseId), first];
  const isWith = own.some((id) => id !== undefined && id === other.caseId);
  return isWith || toldDecisions(other).some(({ clusterCaseId: id }) => id !== undefined && own.includes(id));
}
