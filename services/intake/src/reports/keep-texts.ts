import { keepSealed } from "@ntd/host";
import type { Case } from "@ntd/proto/casework/v1/case";
import type { Deps } from "../deps.ts";

/** Of every report of the case's target, and of every complaint of either: found by index, each in a write of its own. */
export async function keepTexts(
  deps: Pick<Deps, "reports" | "complaints" | "sealer" | "clock">,
  { caseId, targetId }: Pick<Case, "caseId" | "targetId">,
): Promise<void> {
  for await (const page of deps.reports.pages({ where: { target: targetId } }, PAGE)) {
    for (const { id } of page) await keepSealed(deps, deps.reports, id);
  }
  for (const concerns of [caseId, targetId]) {
    for await (const page of deps.complaints.pages({ where: { concerns } }, PAGE)) {
      for (const { id } of page) await keepSealed(deps, deps.complaints, id);
    }
  }
}

const PAGE = 100;
