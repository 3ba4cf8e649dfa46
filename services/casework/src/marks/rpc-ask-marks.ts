import type { AskMarksRequest, AskMarksResponse } from "@ntd/proto/casework/v1/mark_service";
import { openAddress, Problem } from "@ntd/service";
import { openCase } from "../cases/case.ts";
import { digestsOf } from "../evidence/digests.ts";
import { writeCase } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { isLookHeld } from "../holds/hold.ts";
import { withWaitingReports } from "../links/report-facts.ts";
import { caseIdOf } from "../store.ts";
import { marksOn, withMetMarks } from "./met-marks.ts";

/** Whether it may be looked at for the first time. Where a mark meets it its case is opened and held in one write. */
export function askMarks(deps: Deps) {
  return async ({ targetId, episode, address, resolvedIps }: AskMarksRequest): Promise<AskMarksResponse> => {
    const faults = [
      ...(targetId === "" ? [{ field: "target_id", description: "is empty; name a target" }] : []),
      ...(address === undefined ? [{ field: "address", description: "is missing; send it sealed" }] : []),
    ];
    if (address === undefined || faults.length > 0) throw Problem.fields(...faults);
    const caseId = caseIdOf(targetId, episode);
    const what = { url: openAddress(deps.sealer, address).fetch, resolvedIps, fingerprints: [] };
    const markKeys = deps.markKey === undefined ? [] : digestsOf(deps.markKey, what);
    const met = await marksOn(deps, { what, keys: markKeys });
    if (met.length === 0) return { isHeld: isLookHeld((await deps.cases.load(caseId))?.state) };
    const held = await writeCase(deps, caseId, async (file) => {
      const now = deps.clock.now();
      const opened = file ?? (await withWaitingReports(deps, openCase(caseId, targetId, episode, now)));
      const known = opened.target === undefined ? { ...opened, askedAddress: address, markKeys } : opened;
      const after = withMetMarks(known, met, now);
      return file !== undefined && after.metMarks?.length === file.metMarks?.length ? file : after;
    });
    return { isHeld: isLookHeld(held) };
  };
}
