import type { Event } from "@ntd/bus";
import type { Report } from "@ntd/proto/intake/v1/report";
import { injectTrace, Problem, type Clock } from "@ntd/service";
import { change } from "@ntd/store";
import { newTarget, withReport } from "./schedule.ts";
import type { Targets } from "../store.ts";

/** Every report triggers a probe of each address that it names. */
export function onReport({ targets, clock, kick }: { targets: Targets; clock: Clock; kick: () => void }) {
  return async ({ data }: Event<Report>): Promise<void> => {
    const now = clock.now();
    const trace = injectTrace();
    for (const { targetId, address } of data.targets) {
      if (address === undefined) throw new Problem("EVENT_UNREADABLE", "A reported target has no address.");
      const mark = { id: data.reportId, receivedTime: data.receivedTime ?? now, address, trace };
      await change(targets, targetId, (known) => {
        const state = withReport(known ?? newTarget(targetId, address, now), mark, now);
        return state && { state };
      });
    }
    kick();
  };
}
