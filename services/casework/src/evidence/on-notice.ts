import type { DataOf, Event } from "@ntd/bus";
import { openDisputes } from "../reviews/open-disputes.ts";
import { reviewForDisputant } from "../reviews/provider-disputes.ts";
import { withUnsent } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { settleReports } from "../links/settle-reports.ts";
import { takeEvidence } from "./take-evidence.ts";

/**
 * Hears what providers dispute, which opens reviews and stops no clock, and of notices that were closed unsent, since
 * something else was at the address: a machine's case goes back to a person. `takedown` alone knows what left: a
 * placeholder after a notice is the removal that was asked for. Versions are no matter: what was closed unsent stays so.
 */
export function onNotice(deps: Deps) {
  return async ({ data }: Event<DataOf<"notice">>): Promise<void> => {
    await openDisputes(deps, data);
    await reviewForDisputant(deps, data);
    const { state, offeredTime, decisionId, targets } = data;
    if (state !== "NOTICE_STATE_CLOSED" || offeredTime !== undefined) return;
    for (const target of targets.filter(({ goneStrength }) => goneStrength === "GONE_STRENGTH_REPLACED")) {
      await takeEvidence(deps, target, (file) => withUnsent(file, decisionId));
      await settleReports(deps, target.targetId);
    }
  };
}
