import { isDeepStrictEqual } from "node:util";
import type { Deps } from "../deps.ts";
import { settled } from "./many-reports.ts";
import { episodesOf, reportFacts } from "./report-facts.ts";
import { spansOf, type Span } from "./reports-of-case.ts";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";

export type Settling = CaseWriter & Pick<Deps, "links">;

/**
 * Tells each case of a target what its reports add up to. Called after the caller has written its own document; all of
 * it may be repeated. Which reports are whose follows from the cases: whoever wrote one by an older view of them looks
 * again, since nobody else may come.
 */
export async function settleReports(deps: Settling, targetId: string): Promise<void> {
  for (let spans = spansOf(await episodesOf(deps, targetId)); ;) {
    let wrote = false;
    for (const span of spans) wrote = (await settleCase(deps, targetId, span)) || wrote;
    const seen = wrote ? spansOf(await episodesOf(deps, targetId)) : spans;
    if (isDeepStrictEqual(seen, spans)) return;
    spans = seen;
  }
}

async function settleCase(deps: Settling, targetId: string, span: Span): Promise<boolean> {
  let wrote = false;
  await writeCase(deps, span.caseId, async (file) => {
    if (file === undefined) return undefined;
    const facts = await reportFacts(deps, targetId, span);
    const next = settled(file, facts, deps.clock.now());
    wrote = next.reports !== file.reports;
    return next;
  });
  return wrote;
}
