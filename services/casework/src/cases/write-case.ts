import { change } from "@ntd/store";
import type { CaseFile } from "./case.ts";
import type { Deps } from "../deps.ts";
import { countDecision } from "../metrics.ts";
import { eventOfChange } from "./publish.ts";

/**
 * The one way a case is written. `next` may read other documents; it is asked again with the newer case when somebody
 * else wrote meanwhile, so what it read is never older than what it replaces.
 *
 * @param next returns undefined or the very same file to leave the case as it is.
 */
export async function writeCase(
  { cases, clock }: Pick<Deps, "cases" | "clock">,
  caseId: string,
  next: (file: CaseFile | undefined) => Promise<CaseFile | undefined> | CaseFile | undefined,
): Promise<CaseFile | undefined> {
  let before: CaseFile | undefined;
  const written = await change(cases, caseId, async (file) => {
    before = file;
    const after = await next(file);
    if (after === undefined || after === file) return undefined;
    return { state: after, event: eventOfChange(file, after, clock.now()) };
  });
  if (written !== undefined && written.state !== before) countDecision(before, written.state);
  return written?.state;
}
