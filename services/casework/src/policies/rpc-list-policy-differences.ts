import { listPage } from "@ntd/host";
import type {
  ListPolicyDifferencesRequest,
  ListPolicyDifferencesResponse,
} from "@ntd/proto/casework/v1/policy_service";
import type { Deps } from "../deps.ts";
import { differenceOf, differenceOrder, DIFFERS } from "./policy-difference.ts";

/** What machines decided and would not decide today; read from an index that each write of a case keeps. */
export function listPolicyDifferences({ cases }: Pick<Deps, "cases">) {
  return async (request: ListPolicyDifferencesRequest): Promise<ListPolicyDifferencesResponse> => {
    const { documents, nextPageToken } = await listPage(cases, request, { orderBy: DIFFERS }, differenceOrder);
    const differences = documents.flatMap(({ state }) => {
      const difference = differenceOf(state);
      if (difference === undefined) return [];
      const { decisionId, decidedTime, basis } = difference.decision;
      return [{ caseId: state.caseId, decisionId, decidedTime, basis, wouldWaitBecause: difference.wouldWait }];
    });
    return { differences, nextPageToken };
  };
}
