import type { Event } from "@ntd/bus";
import { Channel, type Report, type ReportedTarget } from "@ntd/proto/intake/v1/report";
import { injectTrace, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { bundled } from "../schedule/bundle.ts";
import { laneFor, laneOf } from "../schedule/lane.ts";
import { newTarget, withReport } from "../schedule/schedule.ts";

/** Addresses of one report that are written beside each other. */
const AT_ONCE = 16;

interface ReportDeps extends Pick<Deps, "targets" | "clock" | "wake"> {
  rules: { slotMs: number };
}

/**
 * Every report triggers a probe of each address that it names, in the lane of who reports; what many report is looked at
 * a few times in a slot.
 */
export function onReport({ targets, clock, wake, rules: { slotMs } }: ReportDeps) {
  return async ({ data }: Event<Report>): Promise<void> => {
    const now = clock.now();
    const trace = injectTrace();
    const lane = laneFor("report", data.fairnessKey ?? "");
    const named = [...data.targets];
    async function note({ targetId, address }: ReportedTarget): Promise<void> {
      if (address === undefined) throw new Problem("EVENT_UNREADABLE", "A reported target has no address.");
      const receivedTime = data.receivedTime ?? now;
      const mark = { id: data.reportId, receivedTime, address, lane, trace, raised: trusted.has(data.channel) };
      const noted = await change(targets, targetId, (known) => {
        const target = known ?? newTarget(targetId, address, now);
        const noted = withReport(target, mark, now);
        const { isBundled = false } = data;
        return noted && { state: bundled(target, noted, { isBundled }, now, slotMs) };
      });
      if (noted !== undefined) wake(laneOf(noted.state));
    }
    async function noteRest(): Promise<void> {
      for (let next = named.shift(); next !== undefined; next = named.shift()) await note(next);
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, named.length) }, noteRest));
  };
}

const trusted: ReadonlySet<Channel> = new Set([Channel.POLICE, Channel.PARTNER_HOTLINE]);
