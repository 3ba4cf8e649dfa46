import { startLoop, type Loop } from "@ntd/service";
import { writeCase } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { countOverdue } from "../metrics.ts";
import { withOverdue } from "./second-look.ts";

/** Marks second looks that are not done in time: they stay, come first in their lane, and are counted. */
export function startEveryMinuteMarkOverdue(deps: Deps): Loop {
  return startLoop("mark overdue looks", 60_000, deps.log, () => markOverdue(deps));
}

export async function markOverdue(deps: Pick<Deps, "cases" | "clock">): Promise<void> {
  const now = deps.clock.now();
  const due = await deps.cases.find({ where: { lookDueTime: { lte: now } }, orderBy: "lookDueTime", limit: 200 });
  for (const { id, state } of due) {
    let isMarked = false;
    await writeCase(deps, id, (file) => {
      const after = file && withOverdue(file, now);
      isMarked = after !== file;
      return after;
    });
    if (isMarked) countOverdue(state.second?.kind ?? "after");
  }
}
