import type { CompareReleaseRequest, CompareReleaseResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { latelyBeside } from "../releases/approval.ts";
import { loadRelease } from "../releases/load-release.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { comparisonIn, making, WAIT_MS } from "./compare.ts";
import { toComparison } from "./comparison-message.ts";
import type { Comparison } from "./comparison.ts";
import { within } from "./within.ts";

/** What nobody answered is asked again after so long. */
const ASK_AGAIN_MS = 60_000;

/** What a release would change in what is in force, what stands on that, and what it would meet. */
export function compareRelease(deps: Deps, waitMs = WAIT_MS) {
  return async ({ releaseId }: CompareReleaseRequest, context: CallContext): Promise<CompareReleaseResponse> => {
    const { state: release } = await loadRelease(deps, releaseId);
    const { state: set } = await loadSetFor(deps, release.setId, context, "see");
    const isMember = callerOf(context).kind !== "operator";
    const told = (comparison: Comparison | undefined, isUnderWay: boolean) => ({
      comparison: comparison && toComparison(comparison, latelyBeside(release, set, deps.clock.now()), isMember),
      isUnderWay,
    });
    const known = comparisonIn(release, set);
    if (known !== undefined && isWhole(known, deps)) return told(known, false);
    const { base, whole } = making(deps, release, set);
    const made = await within(waitMs, whole);
    if (made !== undefined) return told(made, false);
    return told(known ?? (await within(0, base)), true);
  };
}

function isWhole(comparison: Comparison, { casework, matching, clock }: Pick<Deps, "casework" | "matching" | "clock">) {
  const { drawn, removedImpact, addedImpact, takenBackImpacts, impactAskedTime } = comparison;
  if (drawn === undefined) return false;
  const isOfCasework = removedImpact !== undefined && takenBackImpacts !== undefined;
  if ((isOfCasework || casework === undefined) && (addedImpact !== undefined || matching === undefined)) return true;
  return impactAskedTime !== undefined && clock.now().getTime() - impactAskedTime.getTime() < ASK_AGAIN_MS;
}
