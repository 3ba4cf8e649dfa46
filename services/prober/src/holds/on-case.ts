import type { Event } from "@ntd/bus";
import { decisionInForce, isByMachine, isUnderLegalHold } from "@ntd/facts";
import { heardOfHold } from "@ntd/host";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { Case, Decision } from "@ntd/proto/casework/v1/case";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { keepTargetSealed } from "../page/keep-sealed.ts";
import { withDerives } from "../targets/derived.ts";
import { eventIfNews } from "../targets/publish.ts";
import { openDerived } from "../targets/sealed-derived.ts";
import { withVerdict } from "../targets/verdict.ts";
import { laneOf } from "../schedule/lane.ts";
import { concernsLooks, withHolds } from "./told-holds.ts";

/**
 * While police hold a case its target is looked at as rarely as they ask, or not at all; the end of that asks for a look
 * at once. What was decided is noted: a page that shows it is seen by that, and what was derived of a picture that a person
 * decided illegal is told. A case that was never decided and never had
 * holds, or whose holds keep notices back alone, costs no load. Under a legal hold what is
 * sealed of its target is kept.
 */
export function onCase(deps: Pick<Deps, "targets" | "pages" | "keptCases" | "clock" | "wake" | "sealer" | "settings">) {
  const { targets, clock, wake, settings } = deps;
  return async ({ data, version }: Event<Case>): Promise<void> => {
    const { caseId, targetId, episode, holds, legalHold } = data;
    const heard = { caseId, targetId, version, isKept: isUnderLegalHold(data) };
    if (legalHold !== undefined && (await heardOfHold(deps, heard))) await keepTargetSealed(deps, targetId);
    if (data.decision !== undefined) {
      const decision = decisionInForce(data);
      const isIllegal = decision?.verdict === "VERDICT_ILLEGAL";
      const word = { episode, version, derives: isIllegal && isByPersons(decision) };
      const open = (sealed: Sealed) => openDerived(deps.sealer, sealed);
      await change(targets, targetId, (target) => {
        const known = target && (withVerdict(target, { episode, version, isIllegal }) ?? target);
        const state = known && (withDerives(known, word, open) ?? known);
        return state === target || state === undefined || target === undefined
          ? undefined
          : { state, event: eventIfNews(settings, target, state, clock.now()) };
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

/** What a machine decided is listed already, by somebody who did not agree to that; one person's withdrawal waits for another. */
function isByPersons(decision: Decision): boolean {
  return !isByMachine(decision) && (decision.withdrawsDecisionId === "" || decision.confirmedBy !== "");
}
