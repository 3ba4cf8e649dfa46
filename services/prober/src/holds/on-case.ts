import type { Event } from "@ntd/bus";
import { isUnderLegalHold } from "@ntd/facts";
import { heardOfHold, keepSealed } from "@ntd/host";
import type { Case } from "@ntd/proto/casework/v1/case";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { laneOf } from "../schedule/lane.ts";
import { concernsLooks, withHolds } from "./told-holds.ts";

/**
 * While police hold a case its target is looked at as rarely as they ask, or not at all; the end of that asks for a look
 * at once. A case that never had holds, or whose holds keep notices back alone, costs no load. Under a legal hold what is
 * sealed of its target is kept.
 */
export function onCase(deps: Pick<Deps, "targets" | "keptCases" | "clock" | "wake" | "sealer">) {
  const { targets, clock, wake } = deps;
  return async ({ data, version }: Event<Case>): Promise<void> => {
    const { caseId, targetId, episode, holds, legalHold } = data;
    const heard = { caseId, targetId, version, isKept: isUnderLegalHold(data) };
    if (legalHold !== undefined && (await heardOfHold(deps, heard))) await keepSealed(deps, targets, targetId);
    if (holds === undefined || !concernsLooks(holds)) return;
    const noted = await change(targets, targetId, (target) => {
      const state = target && withHolds(target, { episode, version, holds }, clock.now());
      return state && { state };
    });
    if (noted !== undefined) wake(laneOf(noted.state));
  };
}
