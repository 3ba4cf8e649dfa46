import type { KeptCases } from "@ntd/host";
import { startLoop, tryEach, type Clock, type Logger, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Pages } from "./keep.ts";
import type { PagePart } from "./page-state.ts";
import { partEvent } from "./parts.ts";

interface EmptyDeps {
  pages: Pages;
  keptCases: Pick<KeptCases, "pages">;
  pagesKeptMs: number;
  clock: Clock;
  log: Logger;
}

const PAGE = 100;

/**
 * What was on a page goes some time after it is watched no longer, unless it is under a legal hold. An empty document stays: its version is what readers
 * tell a newer word by, should the page be watched again.
 */
export function startEmptyingPages(deps: EmptyDeps): Loop {
  return startLoop("empty pages", 60_000, deps.log, (stop) => emptyPages(deps, stop));
}

async function emptyPages({ pages, keptCases, pagesKeptMs, clock }: EmptyDeps, stop: AbortSignal): Promise<void> {
  const before = new Date(clock.now().getTime() - pagesKeptMs);
  const due = pages.pages({ where: { emptyAt: { lt: before } }, orderBy: "emptyAt" }, PAGE);
  const held = await heldTargets(keptCases);
  await tryEach(due, stop, async ({ id, state: { targetId } }) => {
    if (held.has(targetId)) return;
    await change(pages, id, (state) => {
      if (state?.closedTime === undefined || state.closedTime >= before) return undefined;
      const next = emptied(state);
      return { state: next, event: partEvent(state, next, clock.now()) };
    });
  });
}

async function heldTargets(keptCases: EmptyDeps["keptCases"]): Promise<Set<string>> {
  const held = new Set<string>();
  for await (const cases of keptCases.pages({ where: { kept: true } }, PAGE))
    for (const { state } of cases) held.add(state.targetId);
  return held;
}

function emptied(state: PagePart): PagePart {
  if (state.first === undefined) return { ...state, items: [] };
  const { address: _address, ...first } = state.first;
  return { ...state, items: [], first: { ...first, former: [], small: [] } };
}
