import { openCase, queued, withReports } from "../cases/case.ts";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { caseIdOf } from "../store.ts";
import { reportFacts } from "./report-facts.ts";

/**
 * Opens the case of words without an address. Nobody will look and nothing will match: it waits for a person at once, and
 * says what its report says in its first event. The link is written before.
 */
export async function openWordsCase(deps: CaseWriter & Pick<Deps, "links">, wordsTargetId: string): Promise<void> {
  const caseId = caseIdOf(wordsTargetId, 1);
  await writeCase(deps, caseId, async (known) => {
    if (known !== undefined) return undefined;
    const now = deps.clock.now();
    const opened = { ...openCase(caseId, wordsTargetId, 1, now), textOnly: true as const };
    const facts = await reportFacts(deps, wordsTargetId, { caseId, after: undefined, upTo: undefined });
    return withReports(queued(opened, "QUEUE_REASON_TEXT_ONLY", now), facts, now);
  });
}
