import { Problem } from "@ntd/service";
import type { CaseFile } from "./case.ts";
import type { Deps } from "../deps.ts";
import { countDecision } from "../metrics.ts";
import { eventOfChange } from "./publish.ts";

/**
 * Load, decide, save: the one way a case is written. `next` may read other documents; it is asked again with the newer
 * case when somebody else wrote meanwhile, so what it read is never older than what it replaces.
 *
 * @param next returns undefined or the very same file to leave the case as it is.
 */
export async function writeCase(
  { cases, clock }: Pick<Deps, "cases" | "clock">,
  caseId: string,
  next: (file: CaseFile | undefined) => Promise<CaseFile | undefined> | CaseFile | undefined,
): Promise<CaseFile | undefined> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const found = await cases.load(caseId);
    const before = found?.state;
    const after = await next(before);
    if (after === undefined || after === before) return before;
    const event = eventOfChange(before, after, clock.now());
    const saved = found === undefined ? cases.insert(caseId, after, event) : cases.save(found, after, event);
    if ((await saved) === undefined) continue;
    countDecision(before, after);
    return after;
  }
  throw new Problem("VERSION_CONFLICT");
}
