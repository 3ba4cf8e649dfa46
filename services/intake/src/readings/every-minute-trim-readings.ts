import { startLoop, type Logger, type Loop } from "@ntd/service";
import { removeOlder } from "@ntd/store";
import type { Deps } from "../deps.ts";

type TrimDeps = Pick<Deps, "readings" | "readingsKeptMs" | "clock">;

/** Forgets who read what longer ago than the setting says. */
export function startTrimmingReadings(deps: TrimDeps & { log: Logger }): Loop {
  return startLoop("trim readings", 60_000, deps.log, () => trimReadings(deps));
}

export async function trimReadings({ readings, readingsKeptMs, clock }: TrimDeps): Promise<void> {
  await removeOlder(readings, "readTime", new Date(clock.now().getTime() - readingsKeptMs));
}
