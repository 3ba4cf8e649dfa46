import type { DataOf, Event } from "@ntd/bus";
import { withMatch } from "./case.ts";
import type { Casework } from "../casework.ts";
import { settleReports } from "../links/settle-reports.ts";
import { takeEvidence } from "./take-evidence.ts";

/** Takes a match as evidence: the policy decides, or a person will. */
export function onMatch(casework: Casework) {
  return async ({ version, data }: Event<DataOf<"match">>): Promise<void> => {
    const { hits, tooLittleDetail } = data;
    await takeEvidence(casework, data, (file) => withMatch(file, { version, hits, tooLittleDetail }));
    await settleReports(casework, data.targetId);
  };
}
