import { startLoop, type Logger, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";

/** More than a minute of a country makes. */
const MOST = 5000;

type TrimDeps = Pick<Deps, "readings" | "readingsKeptMs" | "clock">;

/** Forgets who read what longer ago than the setting says. */
export function startTrimmingReadings(deps: TrimDeps & { log: Logger }): Loop {
  return startLoop("trim readings", 60_000, deps.log, () => trimReadings(deps));
}

export async function trimReadings({ readings, readingsKeptMs, clock }: TrimDeps): Promise<void> {
  const before = new Date(clock.now().getTime() - readingsKeptMs);
  const old = { where: { readTime: { lt: before } }, orderBy: "readTime", limit: MOST } as const;
  const { columns } = await readings.project(old, { id: "text" });
  if (columns.id.length > 0) await readings.remove(...columns.id);
}
