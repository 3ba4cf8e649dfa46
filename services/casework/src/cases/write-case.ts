import { change } from "@ntd/store";
import type { CaseFile } from "./case.ts";
import { withConsequences, type CaseRules } from "./consequences.ts";
import type { Deps } from "../deps.ts";
import { countDecision } from "../metrics.ts";
import { eventOfChange } from "./publish.ts";

/** What it takes to write a case. */
export type CaseWriter = Pick<Deps, "cases" | "clock"> & CaseRules;

/**
 * The one way a case is written. `next` may read other documents; it is asked again with the newer case when somebody
 * else wrote meanwhile, so what it read is never older than what it replaces.
 *
 * @param next returns undefined or the very same file to leave the case as it is.
 */
export async function writeCase(
  deps: CaseWriter,
  caseId: string,
  next: (file: CaseFile | undefined) => Promise<CaseFile | undefined> | CaseFile | undefined,
): Promise<CaseFile | undefined> {
  let before: CaseFile | undefined;
  const written = await change(deps.cases, caseId, async (file) => {
    before = file;
    const changed = await next(file);
    if (changed === undefined || changed === file) return undefined;
    const now = deps.clock.now();
    const after = withConsequences(deps, file, changed, now);
    return { state: after, event: eventOfChange(file, after, now) };
  });
  if (written !== undefined && written.state !== before) countDecision(before, written.state);
  return written?.state;
}
