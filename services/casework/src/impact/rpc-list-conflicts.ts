import type {
  ConflictingEntry,
  ListConflictsRequest,
  ListConflictsResponse,
} from "@ntd/proto/casework/v1/list_impact_service";
import { Problem } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { contradicting } from "../policies/policy.ts";
import { loadedCases, MOST_CASES } from "./loaded-cases.ts";
import { newestOf } from "./newest-cases.ts";

const MOST_ENTRIES = 500;

/** Which entries of a set contradict another set's, by the cases in which both are hit, decided or not. */
export function listConflicts(deps: Pick<Deps, "cases">, most = MOST_CASES) {
  return async ({ setId }: ListConflictsRequest): Promise<ListConflictsResponse> => {
    if (setId === "") throw Problem.fields({ field: "set_id", description: "is empty; name a set" });
    const { caseIds, isMore } = await newestOf(deps, { conflict: setId }, most);
    const counts = new Map<string, number>();
    for await (const file of loadedCases(deps, caseIds)) {
      for (const entryId of entriesOf(file, setId)) counts.set(entryId, (counts.get(entryId) ?? 0) + 1);
    }
    const entries = Array.from(counts, ([entryId, caseCount]) => ({ entryId, caseCount })).toSorted(mostFirst);
    return { entries: entries.slice(0, MOST_ENTRIES), isMore: isMore || entries.length > MOST_ENTRIES };
  };
}

function entriesOf({ match }: CaseFile, ofSet: string): Set<string> {
  const hits = contradicting(match?.hits ?? []).filter(({ setId }) => setId === ofSet);
  return new Set(hits.map(({ entryId }) => entryId));
}

function mostFirst(a: ConflictingEntry, b: ConflictingEntry): number {
  return b.caseCount - a.caseCount || (a.entryId < b.entryId ? -1 : 1);
}
