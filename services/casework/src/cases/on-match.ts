import type { DataOf, Event } from "@ntd/bus";
import { withMatch } from "./case.ts";
import type { Deps } from "../deps.ts";
import { settleReports } from "../links/settle-reports.ts";
import { takeEvidence } from "./take-evidence.ts";

/** Takes a match as evidence: the policy decides, or a person will. */
export function onMatch(deps: Deps) {
  return async ({ version, data }: Event<DataOf<"match">>): Promise<void> => {
    const { hits, tooLittleDetail, contentRevision, revokedHits: revoked } = data;
    const match = { version, hits, tooLittleDetail, contentRevision, revoked };
    await takeEvidence(deps, data, (file) => withMatch(file, match));
    await settleReports(deps, data.targetId);
  };
}
