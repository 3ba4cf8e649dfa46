import type { Event } from "@ntd/bus";
import { decisionInForce, isUnderLegalHold } from "@ntd/facts";
import { heardOfHold } from "@ntd/host";
import type { Case } from "@ntd/proto/casework/v1/case";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { keepTargetSealed } from "../page/keep-sealed.ts";
import { withVerdict } from "../targets/verdict.ts";
import { laneOf } from "../schedule/lane.ts";
import { concernsLooks, withHolds } from "./told-holds.ts";

/**
 * While police hold a case its target is looked at as rarely as they ask, or not at all; the end of that asks for a look
 * at once. What was decided is noted: a page that shows it is seen by that. A case that was never decided and never had
 * holds, or whose holds keep notices back alone, costs no load. Under a legal hold what is
 * sealed of its target is kept.
 */
export function onCase(deps: Pick<Deps, "targets" | "pages" | "keptCases" | "clock" | "wake" | "sealer">) {
  const { targets, clock, wake } = deps;
  return async ({ data, version }: Event<Case>): Promise<void> => {
    const { caseId, targetId, episode, holds, legalHold } = data;
    const heard = { caseId, targetId, version, isKept: isUnderLegalHold(data) };
    if (legalHold !== undefined && (await heardOfHold(deps, heard))) await keepTargetSealed(deps, targetId);
    if (data.decision !== undefined) {
      const verdict = { episode, version, isIllegal: decisionInForce(data)?.verdict === "VERDICT_ILLEGAL" };
      await change(targets, targetId, (target) => {
        const state = target && withVerdict(target, verdict);
        return state && { state };
      });
    }
    if (holds === undefined || !concernsLooks(holds)) return;
    const noted = await change(targets, targetId, (target) => {
      const state = target && withHolds(target, { episode, version, holds }, clock.now());
      return state && { state };
    });
    if (noted !== undefined) wake(laneOf(noted.state));
  };
}
