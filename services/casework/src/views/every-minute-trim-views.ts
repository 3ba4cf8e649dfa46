import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";

type Trimming = Pick<Deps, "views" | "viewDays" | "readingsKeptMs" | "clock">;

/** More than a minute of a country makes. */
const MOST = 5000;
const TWO_DAYS_MS = 2 * 24 * 3_600_000;

/** Forgets who viewed what when it forgets who read what, and what somebody viewed in a day that is over. */
export function startEveryMinuteTrimViews(deps: Deps): Loop {
  return startLoop("trim views", 60_000, deps.log, () => trimViews(deps));
}

export async function trimViews({ views, viewDays, readingsKeptMs, clock }: Trimming): Promise<void> {
  const before = (ms: number) => ({ lt: new Date(clock.now().getTime() - ms) });
  const viewed = { where: { viewedTime: before(readingsKeptMs) }, orderBy: "viewedTime", limit: MOST } as const;
  const old = (await views.project(viewed, { id: "text" })).columns.id;
  if (old.length > 0) await views.remove(...old);
  const began = { where: { beganTime: before(TWO_DAYS_MS) }, orderBy: "beganTime", limit: MOST } as const;
  const over = (await viewDays.project(began, { id: "text" })).columns.id;
  if (over.length > 0) await viewDays.remove(...over);
}
