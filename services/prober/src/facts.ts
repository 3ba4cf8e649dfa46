import type { Facts } from "@ntd/host";
import type { Deps } from "./deps.ts";
import type { Eye } from "./fetch/eye.ts";
import { behind, dueIn, laneAndTime } from "./schedule/lane.ts";

/** Lanes that are looked into for what is due: there may be one for each reporter. */
const LANES = 64;

/** So many are counted in all. */
const COUNTED = 10_000;

type FactsDeps = Pick<Deps, "targets" | "clock"> & { eyes: readonly Pick<Eye, "name">[] };

/** What only the prober can say of itself. What it costs has an end, however much is due. */
export async function facts({ targets, clock, eyes }: FactsDeps): Promise<Facts> {
  const now = clock.now();
  let [due, isMore, oldest, lane]: [number, boolean, Date | undefined, string] = [0, false, undefined, ""];
  for (let looked = 0; ; looked++) {
    const next = { where: { queue: behind(lane) }, orderBy: "queue", limit: 1 } as const;
    const [queue] = (await targets.project(next, { queue: "text" })).columns.queue;
    if (queue === undefined) break;
    if (looked === LANES || due >= COUNTED) {
      isMore = true;
      break;
    }
    const first = laneAndTime(queue);
    lane = first.lane;
    if (first.dueAt > now) continue;
    if (oldest === undefined || first.dueAt < oldest) oldest = first.dueAt;
    const inLane = await targets.count({ queue: dueIn(lane, now) });
    due += inLane.count;
    isMore ||= inLane.isMore;
  }
  return {
    due_looks: isMore ? `${due} and more` : due,
    oldest_due: oldest,
    eyes: eyes.map(({ name }) => name).join(", "),
  };
}
