import type { Opening } from "@ntd/host";
import { gauge } from "@ntd/service";
import type { IntakeConfig } from "../config.ts";

/** How many reports wait, and since when the first of them. */
export interface Waiting {
  /** Counted to 10,000. */
  count: number;
  since: Date | undefined;
}

/** Says by health and metrics what waits; the loop that tells reports finds it. */
export function watchWaiting(health: Opening<IntakeConfig>["health"], use: Opening<IntakeConfig>["use"]) {
  let now: Waiting = { count: 0, since: undefined };
  use(gauge("ntd_intake_reports_waiting", "Reports that wait, counted to 10,000", () => [[now.count, {}]]));
  return {
    waiting: () => now,
    noteWaiting: (found: Waiting) => {
      now = found;
      health.degrade("reports_waiting", found.count > 0);
    },
  };
}
