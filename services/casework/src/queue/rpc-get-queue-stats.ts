import type { GetQueueStatsResponse, LaneStats } from "@ntd/proto/casework/v1/assessment_service";
import type { Deps } from "../deps.ts";
import { LANES, type KnownLane } from "./lane.ts";
import { inLane, soonest, waitsSince } from "./order.ts";

/** Within which a report is assessed. */
const DUTY_MS = 24 * 3_600_000;
const SOON_MS = 4 * 3_600_000;

type Counting = Pick<Deps, "cases" | "clock">;

/** What waits, lane by lane; counts end at 10,000. */
export function getQueueStats({ cases, clock }: Counting) {
  return async (): Promise<GetQueueStatsResponse> => {
    const now = clock.now().getTime();
    const counted = await Promise.all(LANES.map((lane) => laneStats({ cases, clock }, lane)));
    const [late, soon] = [new Date(now - DUTY_MS), new Date(now - DUTY_MS + SOON_MS)];
    const overdue = await cases.count({ unassessedSince: { lt: late } });
    const dueSoon = await cases.count({ unassessedSince: { gte: late, lt: soon } });
    const isCut = overdue.isMore || dueSoon.isMore || counted.some((lane) => lane.isCut);
    const lanes = counted.map(({ stats }) => stats);
    return { lanes, overdue: overdue.count, dueSoon: dueSoon.count, isCut };
  };
}

async function laneStats({ cases }: Counting, lane: KnownLane): Promise<{ stats: LaneStats; isCut: boolean }> {
  const all = await cases.count({ laneOrder: inLane(lane) });
  const claimed = await cases.count({ claimedLane: lane });
  // Overdue looks have a place of their own in front of the others.
  const first = await Promise.all(
    soonest(lane).map((laneOrder) => cases.find({ where: { laneOrder }, orderBy: "laneOrder", limit: 1 })),
  );
  const times = first.flat().flatMap(({ state }) => waitsSince(state)?.getTime() ?? []);
  const oldestTime = times.length === 0 ? undefined : new Date(Math.min(...times));
  const waiting = Math.max(0, all.count - claimed.count);
  return { stats: { lane, waiting, claimed: claimed.count, oldestTime }, isCut: all.isMore || claimed.isMore };
}
