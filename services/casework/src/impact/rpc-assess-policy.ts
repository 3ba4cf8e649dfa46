import type { AssessPolicyRequest, AssessPolicyResponse } from "@ntd/proto/casework/v1/list_impact_service";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { causeKey } from "./causes.ts";
import { loadedCases, MOST_CASES } from "./loaded-cases.ts";
import { newestOf } from "./newest-cases.ts";
import { otherwiseUnder } from "./other-policy.ts";

type Needed = Pick<Deps, "cases">;

/** What would have been decided otherwise under another policy of a set: of its newest cases. */
export function assessPolicy(deps: Needed, most = MOST_CASES) {
  return async ({ setId, policy, proposed }: AssessPolicyRequest): Promise<AssessPolicyResponse> => {
    if (setId === "" || policy === undefined) {
      throw Problem.fields({ field: "set_id", description: "is empty, or its policy is missing; name both" });
    }
    const { caseIds, isMore } = await newestOf(
      deps,
      { cause: causeKey({ $case: "setId", value: setId }, "all") },
      most,
    );
    const other = { setId, policy, ...(proposed && { proposed }) };
    const counts = { same: 0, decides: 0, against_person: 0, waiting: 0, waits: 0 };
    for await (const file of loadedCases(deps, caseIds)) counts[otherwiseUnder(file, other)]++;
    return {
      caseCount: caseIds.length,
      isMore,
      newlyDecidedCount: counts.decides + counts.against_person + counts.waiting,
      againstPersonCount: counts.against_person,
      waitingCount: counts.waiting,
      noLongerDecidedCount: counts.waits,
    };
  };
}
