import { startLoop, type Loop } from "@ntd/service";
import { removeOlder } from "@ntd/store";
import type { Deps } from "../deps.ts";

/** Forgets who read what longer ago than the setting says. */
export function startEveryMinuteTrimReadings(deps: Deps): Loop {
  return startLoop("trim readings", 60_000, deps.log, () => trimReadings(deps));
}

export async function trimReadings({
  readings,
  readingsKeptMs,
  clock,
}: Pick<Deps, "readings" | "readingsKeptMs" | "clock">): Promise<void> {
  await removeOlder(readings, "readTime", new Date(clock.now().getTime() - readingsKeptMs));
}
