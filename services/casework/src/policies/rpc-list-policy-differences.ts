import { listPage, recordReadings } from "@ntd/host";
import type {
  ListPolicyDifferencesRequest,
  ListPolicyDifferencesResponse,
} from "@ntd/proto/casework/v1/policy_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { differenceOf, differenceOrder, DIFFERS } from "./policy-difference.ts";

/** What machines decided and would not decide today; read from an index that each write of a case keeps. */
export function listPolicyDifferences(deps: Pick<Deps, "cases" | "readings" | "clock">) {
  return async (
    request: ListPolicyDifferencesRequest,
    context: CallContext,
  ): Promise<ListPolicyDifferencesResponse> => {
    const { documents, nextPageToken } = await listPage(deps.cases, request, { orderBy: DIFFERS }, differenceOrder);
    const differences = documents.flatMap(({ state }) => {
      const difference = differenceOf(state);
      if (difference === undefined) return [];
      const { decisionId, decidedTime, basis } = difference.decision;
      return [{ caseId: state.caseId, decisionId, decidedTime, basis, wouldWaitBecause: difference.wouldWait }];
    });
    const { person: reader } = callerOf(context);
    if (differences.length > 0) await recordReadings(deps, { reader, kind: "decision", resource: "", caseId: "" });
    return { differences, nextPageToken };
  };
}
