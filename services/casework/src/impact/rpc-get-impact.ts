import type { StandingCount } from "@ntd/proto/casework/v1/impact";
import type { GetImpactRequest, GetImpactResponse } from "@ntd/proto/casework/v1/withdrawal_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
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
    const what = requireCause(cause, callerOf(context));
    if (what.$case === "caseId") return { counts: await ofCase(deps, what) };
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

async function ofCase({ cases }: Pick<Deps, "cases">, what: What & { $case: "caseId" }): Promise<StandingCount[]> {
  const found = await cases.load(what.value);
  if (found === undefined) throw new Problem("NOT_FOUND");
  const restingCount = Number(restsOn(found.state, what));
  return [{ standing: standingOf(found.state), count: 1, restingCount }];
}
