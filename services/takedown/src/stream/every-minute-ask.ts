import { startLoop, tryEach, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { changeOf } from "../notices/publish.ts";
import { askedAgain } from "../notices/sighting.ts";

const PAGE = 100;

/** A look that was asked for and came to nothing is asked for once more when that is due. */
export function startEveryMinuteAsk(deps: Deps): Loop {
  return startLoop("ask", 60_000, deps.log, (stop) => askForLooks(deps, stop));
}

export async function askForLooks(deps: Deps, stop: AbortSignal): Promise<void> {
  const due = { where: { askAgain: { lte: deps.clock.now() } }, orderBy: "askAgain" } as const;
  await tryEach(deps.notices.pages(due, PAGE), stop, async ({ id }) => {
    await change(deps.notices, id, (notice) => {
      const now = deps.clock.now();
      return notice && changeOf(notice, askedAgain(notice, now), now);
    });
  });
}
