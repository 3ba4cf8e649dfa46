import { setImmediate } from "node:timers/promises";
import type { AssessPolicyRequest, AssessPolicyResponse } from "@ntd/proto/casework/v1/list_impact_service";
import { Problem } from "@ntd/service";
import type { Cursor } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { causeKey } from "./causes.ts";
import { loadedCases, MOST_CASES } from "./loaded-cases.ts";
import { otherwiseUnder } from "./other-policy.ts";

type Needed = Pick<Deps, "cases">;

const PAGE = 1000;

/** What would have been decided otherwise under another policy of a set: of its newest cases. */
export function assessPolicy(deps: Needed, most = MOST_CASES) {
  return async ({ setId, policy, proposed }: AssessPolicyRequest): Promise<AssessPolicyResponse> => {
    if (setId === "" || policy === undefined) {
      throw Problem.fields({ field: "set_id", description: "is empty, or its policy is missing; name both" });
    }
    const { caseIds, isMore } = await newestOf(deps, setId, most);
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

// A field of several values orders nothing: all are read, two columns of each, and the newest kept.
async function newestOf({ cases }: Needed, setId: string, most: number) {
  const where = { cause: causeKey({ $case: "setId", value: setId }, "all") };
  let newest: { id: string; time: number }[] = [];
  let isMore = false;
  for (let after: Cursor | undefined; ;) {
    const query = { where, ...(after && { after }), limit: PAGE };
    const { columns, length } = await cases.project(query, { id: "text", opened: "number" });
    const page = columns.id.map((id, nth) => ({ id, time: columns.opened[nth] ?? 0 }));
    isMore ||= newest.length + length > most;
    newest.push(...page);
    if (newest.length > 2 * most) newest = newestAmong(newest, most);
    const last = columns.id.at(-1);
    if (last === undefined || length < PAGE) return { caseIds: newestAmong(newest, most).map(({ id }) => id), isMore };
    after = { id: last };
    await setImmediate();
  }
}

function newestAmong(cases: { id: string; time: number }[], most: number) {
  return cases.toSorted((a, b) => b.time - a.time || (a.id < b.id ? -1 : 1)).slice(0, most);
}
