import type { StandingCount } from "@ntd/proto/casework/v1/impact";
import type { GetImpactRequest, GetImpactResponse } from "@ntd/proto/casework/v1/withdrawal_service";
import { callerOf, type Caller, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { isUnseen } from "../clusters/blind.ts";
import { causeKey, restsOn, standingOf, type What } from "./causes.ts";
import { requireCause } from "./required-cause.ts";

const STANDINGS = [
  "STANDING_UNDECIDED",
  "STANDING_DECIDED_OTHERWISE",
  "STANDING_IN_FORCE",
  "STANDING_IN_DOUBT",
  "STANDING_WITHDRAWN",
] as const;

/** How many cases something has caused, by where they stand. */
export function getImpact(deps: Pick<Deps, "cases">) {
  return async ({ cause }: GetImpactRequest, context: CallContext): Promise<GetImpactResponse> => {
    const caller = callerOf(context);
    const what = requireCause(cause);
    if (what.$case === "caseId") return { counts: await ofCase(deps, what, caller) };
    if (what.$case === "clusterCaseId") {
      const star = await deps.cases.load(what.value);
      if (star !== undefined && (await isUnseen(deps, star.state, caller))) return { counts: [] };
    }
    const counts = await Promise.all(
      STANDINGS.map(async (standing) => {
        const all = await deps.cases.count({ cause: causeKey(what, standing) });
        const resting = await deps.cases.count({ cause: causeKey(what, `resting ${standing}`) });
        return { standing, count: all.count, restingCount: resting.count };
      }),
    );
    return { counts: counts.filter(({ count }) => count > 0) };
  };
}

// Who may look second does not hear so what was decided.
async function ofCase(
  { cases }: Pick<Deps, "cases">,
  what: What & { $case: "caseId" },
  caller: Caller,
): Promise<StandingCount[]> {
  const found = await cases.load(what.value);
  if (found === undefined) throw new Problem("NOT_FOUND");
  if (await isUnseen({ cases }, found.state, caller))
    return [{ standing: "STANDING_UNDECIDED", count: 1, restingCount: 0 }];
  const restingCount = Number(restsOn(found.state, what));
  return [{ standing: standingOf(found.state), count: 1, restingCount }];
}
