import { startLoop, tryEach, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { settleReports, type Settling } from "./settle-reports.ts";

const PAGE = 200;

/** Tells how many reports there are by now, where they came too fast to be told one by one. */
export function startEverySecondSettleReports(deps: Deps): Loop {
  return startLoop("settle reports", 1000, deps.log, (stop) => settleDueReports(deps, stop));
}

export async function settleDueReports(
  deps: Settling,
  stop: AbortSignal = new AbortController().signal,
): Promise<void> {
  const where = { reportsDueTime: { lte: deps.clock.now() } };
  const due = deps.cases.pages({ where, orderBy: "reportsDueTime" }, PAGE);
  await tryEach(due, stop, ({ state }) => settleReports(deps, state.targetId));
}
