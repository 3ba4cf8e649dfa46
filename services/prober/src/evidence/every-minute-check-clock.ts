import { startLoop, type Health, type Logger, type Loop } from "@ntd/service";
import type { ClockReading } from "./clock.ts";

const PERIOD_MS = 60_000;

interface CheckDeps {
  clockReading: () => ClockReading;
  health: Health;
  log: Logger;
}

/** Says so while the time service, which was named, does not tell what our clock is worth. */
export function startCheckingClock({ clockReading, health, log }: CheckDeps): Loop {
  return startLoop("clock", PERIOD_MS, log, async () => {
    const reading = clockReading();
    health.degrade("clock", reading.is === "unknown" && reading.why !== "not configured");
  });
}
