import { startLoop, type Loop } from "@ntd/service";
import { removeOlder } from "@ntd/store";
import type { Deps } from "../deps.ts";

type Trimming = Pick<Deps, "views" | "viewDays" | "readingsKeptMs" | "clock">;

const TWO_DAYS_MS = 2 * 24 * 3_600_000;

/** Forgets who viewed what when it forgets who read what, and what somebody viewed in a day that is over. */
export function startEveryMinuteTrimViews(deps: Deps): Loop {
  return startLoop("trim views", 60_000, deps.log, () => trimViews(deps));
}

export async function trimViews({ views, viewDays, readingsKeptMs, clock }: Trimming): Promise<void> {
  const before = (ms: number) => new Date(clock.now().getTime() - ms);
  await removeOlder(views, "viewedTime", before(readingsKeptMs));
  await removeOlder(viewDays, "beganTime", before(TWO_DAYS_MS));
}
