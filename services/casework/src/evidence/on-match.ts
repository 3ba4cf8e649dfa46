import type { DataOf, Event } from "@ntd/bus";
import { Problem } from "@ntd/service";
import { withMatch } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { settleReports } from "../links/settle-reports.ts";
import { takeEvidence } from "./take-evidence.ts";
import { urgencyOf } from "./urgency.ts";

/** Takes a match as evidence: the policy decides, or a person will. */
export function onMatch(deps: Deps) {
  return async ({ version, data }: Event<DataOf<"match">>): Promise<void> => {
    // It may be harmless, and would topple what was decided: kept as a dead letter until this release knows the word.
    if (data.revokedHits.some(({ cause }) => cause === "UNRECOGNIZED")) {
      throw new Problem("EVENT_UNREADABLE", "revoked_hits.cause holds a value of a newer release.");
    }
    const { hits, tooLittleDetail, contentRevision, revokedHits: revoked } = data;
    const page = data.itemCounts && { page: { items: data.items, counts: data.itemCounts } };
    const urgency = urgencyOf(deps.schemes, hits);
    const urgent = urgency !== undefined && { urgency };
    const match = { version, hits, tooLittleDetail, contentRevision, revoked, ...page, ...urgent };
    await takeEvidence(deps, data, (file) => withMatch(file, match));
    await settleReports(deps, data.targetId);
  };
}
