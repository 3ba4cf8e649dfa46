import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { showIcseBacklog } from "../metrics.ts";
import { icseWaitsSince } from "./icse.ts";

/** What waits longer than this is said in the health. */
const LATE_MS = 10 * 60_000;

/** How many cases wait for the link's answer, and whether the oldest waits too long. */
export function startEveryMinuteWatchIcse(deps: Deps): Loop {
  return startLoop("watch icse", 60_000, deps.log, () => watchIcse(deps));
}

export async function watchIcse({ cases, clock, health }: Pick<Deps, "cases" | "clock" | "health">): Promise<void> {
  const now = clock.now();
  const [oldest] = await cases.find({ where: { icseWaitsSince: { lte: now } }, orderBy: "icseWaitsSince", limit: 1 });
  const { count } = oldest === undefined ? { count: 0 } : await cases.count({ icseWaitsSince: { lte: now } });
  const since = oldest && icseWaitsSince(oldest.state);
  showIcseBacklog(count);
  health.degrade("icse_backlog", since !== undefined && now.getTime() - since.getTime() > LATE_MS);
}
