import type { DecideCaseRequest } from "@ntd/proto/casework/v1/case_service";
import type { LeftOutReason } from "@ntd/proto/casework/v1/cluster_service";
import { Problem, shown, type FieldFault } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { refusedMember } from "./cluster.ts";
import { LIKELY_BITS, loadedCases, similarTo } from "./similar.ts";

/** Cases that one decision may name, and that matching is asked for: more cannot be named. */
const MOST = 500;
const ASKED = 1000;

/** @throws Problem FIELD_INVALID where a decision names none or too many. */
export function requireNamed(cluster: DecideCaseRequest["cluster"]): void {
  if (cluster === undefined) return;
  const { caseIds } = cluster;
  if (caseIds.length > 0 && caseIds.length <= MOST) return;
  const description = `names ${caseIds.length}; it takes 1 to ${MOST}, as GetCluster names them`;
  throw Problem.fields({ field: "cluster.case_ids", description });
}

/**
 * The cases that a decision names beside its own, as they are now; none where it names none. Each is of the same picture by
 * matching at this moment, and may be decided.
 *
 * @throws Problem FIELD_INVALID naming those that are not, or what matching answers.
 */
export async function requireCluster(
  deps: Pick<Deps, "cases" | "resemblance">,
  file: CaseFile,
  { cluster, decision: verdict }: Pick<DecideCaseRequest, "cluster" | "decision">,
  person: string,
  now: Date,
): Promise<CaseFile[]> {
  if (cluster === undefined) return [];
  const { caseIds } = cluster;
  const [similar, files] = await Promise.all([similarTo(deps, file, ASKED), loadedCases(deps, caseIds)]);
  const known = new Map(files.map((one) => [one.caseId, one]));
  const faults = caseIds.flatMap((caseId, nth): FieldFault[] => {
    const member = known.get(caseId);
    const refused = member && refusedMember(member, { verdict, decidedBy: person }, now);
    const isFirst = caseIds.indexOf(caseId) === nth;
    const fault = !isFirst ? "is named twice" : member === undefined || !similar.cases.has(caseId) ? FAR : undefined;
    const description = fault ?? (refused && WHY[refused]);
    return description === undefined
      ? []
      : [{ field: `cluster.case_ids[${nth}]`, description: `${shown(caseId)} ${description}` }];
  });
  if (faults.length > 0) throw Problem.fields(...faults);
  return files;
}

const FAR = `is none of the cases whose picture lies within ${LIKELY_BITS} bits of this one's`;

const WHY: Partial<Record<LeftOutReason, string>> = {
  LEFT_OUT_REASON_CLAIMED: "is another assessor's now",
  LEFT_OUT_REASON_DECIDED: "is decided, or waits for a second look of its own",
};
