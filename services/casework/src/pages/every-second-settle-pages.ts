import { failpoint, startLoop, tryEach, type Loop } from "@ntd/service";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { isIllegal, newestCase } from "./embedded.ts";
import { embeddedTargets, settledPage, withEmbeddedChecked, withStandingTold } from "./standing.ts";

const PAGE = 200;

/** Keeps the decisions about pages with those about what is embedded in them. */
export function startEverySecondSettlePages(deps: Deps): Loop {
  return startLoop("settle pages", 1000, deps.log, (stop) => settlePages(deps, stop));
}

/**
 * Noted behind the other writes: whoever is ended in between does it again, and finds it done. A page that is decided while
 * its item falls finds that when it is told; an item that falls finds every page that was told.
 */
export async function settlePages(deps: CaseWriter, stop: AbortSignal = new AbortController().signal): Promise<void> {
  await tryEach(deps.cases.pages({ orderBy: "standingUntold" }, PAGE), stop, async ({ id, state }) => {
    const where = { embeds: state.targetId };
    for await (const pages of deps.cases.pages({ where }, PAGE)) {
      for (const page of pages) await settlePage(deps, page.id);
    }
    failpoint("casework.pages-settled");
    await writeCase(deps, id, (file) => file && withStandingTold(state, file));
  });
  await tryEach(deps.cases.pages({ orderBy: "embedsUnchecked" }, PAGE), stop, async ({ id }) => {
    await settlePage(deps, id);
    await writeCase(deps, id, (file) => file && withEmbeddedChecked(file));
  });
}

async function settlePage(deps: CaseWriter, caseId: string): Promise<void> {
  await writeCase(deps, caseId, async (file) => {
    if (file === undefined) return undefined;
    const items = await Promise.all(embeddedTargets(file).map((targetId) => newestCase(deps, targetId)));
    const isAnyIllegal = items.some((item) => item !== undefined && isIllegal(item));
    return settledPage(file, isAnyIllegal, deps.clock.now());
  });
}
