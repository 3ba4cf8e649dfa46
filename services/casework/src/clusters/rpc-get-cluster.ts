import { recordReadings } from "@ntd/host";
import type { ClusterMember, GetClusterRequest, GetClusterResponse } from "@ntd/proto/casework/v1/cluster_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { requireCaseId } from "../cases/fields.ts";
import { published } from "../cases/publish.ts";
import type { Deps } from "../deps.ts";
import { holderOf } from "../claims/claim.ts";
import { isUnseenBy } from "../second-look/look-message.ts";
import { isUnseen } from "./blind.ts";
import { loadedCases, SAME_BITS, similarTo } from "./similar.ts";
import { clusterOf } from "./star.ts";

/** As many as one decision may name. */
const MOST = 500;

/**
 * Where else a case's picture is, and what became of the list that was confirmed with its decision. Who is shown what was decided
 * leaves that behind.
 */
export function getCluster(deps: Pick<Deps, "cases" | "readings" | "resemblance" | "clock">) {
  return async ({ caseId }: GetClusterRequest, context: CallContext): Promise<GetClusterResponse> => {
    const caller = callerOf(context);
    requireCaseId(caseId);
    const star = (await deps.cases.load(caseId))?.state;
    if (star === undefined) throw new Problem("NOT_FOUND");
    const { cases, isCut } = await similarTo(deps, star, MOST);
    const isBlind = isUnseenBy(star, caller);
    const members = await Promise.all(
      (await loadedCases(deps, [...cases.keys()])).map(async (file) => {
        const isHidden = isBlind || (await isUnseen(deps, file, caller));
        return memberMessage(file, { star, distance: cases.get(file.caseId) ?? 0, isHidden, now: deps.clock.now() });
      }),
    );
    if (members.some(({ verdict }) => verdict !== "VERDICT_UNSPECIFIED")) {
      await recordReadings(deps, { reader: caller.person, kind: "decision", resource: `cases/${caseId}`, caseId });
    }
    const same = members.filter(({ distance }) => distance <= SAME_BITS);
    const likely = members.filter(({ distance }) => distance > SAME_BITS);
    return { same, likely, isCut, ...(isBlind ? { leftOut: [] } : confirmedList(star)) };
  };
}

// Who may look second does not hear so what was decided, or that it was.
function memberMessage(
  file: CaseFile,
  { star, distance, isHidden, now }: { star: CaseFile; distance: number; isHidden: boolean; now: Date },
): ClusterMember {
  const { caseId, state, decision } = published(file);
  if (isHidden) {
    const hidden = holderOf(file, now) === "" ? "CASE_STATE_QUEUED" : "CASE_STATE_CLAIMED";
    return { caseId, distance, state: hidden, verdict: "VERDICT_UNSPECIFIED", isDecidedWith: false };
  }
  const { verdict = "VERDICT_UNSPECIFIED", clusterCaseId } = decision ?? {};
  return { caseId, distance, state, verdict, isDecidedWith: clusterCaseId === star.caseId };
}

function confirmedList(star: CaseFile): Pick<GetClusterResponse, "leftOut" | "decidedCount" | "isOpen"> {
  const cluster = clusterOf(star);
  if (cluster === undefined) return { leftOut: [] };
  const { members, leftOut } = cluster;
  if (leftOut === undefined) return { leftOut: [], isOpen: true };
  return { leftOut, decidedCount: members.length - leftOut.length };
}
