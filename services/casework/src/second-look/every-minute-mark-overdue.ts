import { startLoop, tryEach, type Loop } from "@ntd/service";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { countOverdue } from "../metrics.ts";
import { withOverdue } from "./second-look.ts";

/** Marks second looks that are not done in time: they stay, come first in their lane, and are counted. */
export function startEveryMinuteMarkOverdue(deps: Deps): Loop {
  return startLoop("mark overdue looks", 60_000, deps.log, (stop) => markOverdue(deps, stop));
}

export async function markOverdue(deps: CaseWriter, stop: AbortSignal = new AbortController().signal): Promise<void> {
  const now = deps.clock.now();
  const due = deps.cases.pages({ where: { lookDueTime: { lte: now } }, orderBy: "lookDueTime" }, PAGE);
  await tryEach(due, stop, async ({ id, state }) => {
    let isMarked = false;
    await writeCase(deps, id, (file) => {
      const after = file && withOverdue(file, now);
      isMarked = after !== file;
      return after;
    });
    if (isMarked) countOverdue(state.second?.kind ?? "after");
  });
}

const PAGE = 200;
