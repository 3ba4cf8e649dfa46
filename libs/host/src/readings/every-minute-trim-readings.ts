import { startLoop, type Clock, type Logger, type Loop } from "@ntd/service";
import { removeOlder } from "@ntd/store";
import type { Readings } from "./reading.ts";

const DAY_MS = 24 * 3_600_000;

interface Trimming {
  readings: Readings;
  /** Kept for so long. */
  days: number;
  clock: Clock;
}

/** Forgets who read what longer ago than the setting says. */
export function startTrimmingReadings({ log, ...trimming }: Trimming & { log: Logger }): Loop {
  return startLoop("trim readings", 60_000, log, () => trimReadings(trimming));
}

export async function trimReadings({ readings, days, clock }: Trimming): Promise<void> {
  await removeOlder(readings, "readTime", new Date(clock.now().getTime() - days * DAY_MS));
}
