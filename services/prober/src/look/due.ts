import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { putOff } from "../targets/claim.ts";
import { behind, dueIn, laneAndTime } from "../targets/lane.ts";
import type { Whereabouts, whereabouts } from "./whereabouts.ts";

/** Lanes that one poll asks for; the next one goes on behind them. */
const LANES_A_POLL = 16;
/** How far a lane is read for something that has room, and how far if nothing in the first part has. */
const AHEAD = 32;
const FAR_AHEAD = 1024;
/** As many are put behind the others, for so long, when nothing in all that has room. */
const PUT_OFF = 32;
const PUT_OFF_MS = 5 * 60_000;

type StoreDeps = Pick<Deps, "targets" | "clock">;

/** Finds lanes in which something is due: some at each call, in the order of their names, then from the start again. */
export function findingLanes({ targets, clock }: StoreDeps): () => Promise<string[]> {
  let last = "";
  return async () => {
    const found: string[] = [];
    for (let asked = 0; asked < LANES_A_POLL; asked++) {
      const next = { where: { queue: behind(last) }, orderBy: "queue", limit: 1 } as const;
      const [queue] = (await targets.project(next, { queue: "text" })).columns.queue;
      last = "";
      if (queue === undefined) break;
      const { lane, dueAt } = laneAndTime(queue);
      if (dueAt <= clock.now()) found.push(lane);
      last = lane;
    }
    return found;
  };
}

interface Choice {
  /** Under way here: its claim may not be saved yet. */
  taken: { has(id: string): boolean; readonly size: number };
  where: ReturnType<typeof whereabouts>;
  /** Whether there is room in all of these places. */
  fits: (places: readonly string[]) => boolean;
}

/** The first due target of a lane that has room where it is. */
export async function firstInLane(
  deps: StoreDeps,
  lane: string,
  { taken, where, fits }: Choice,
): Promise<Whereabouts | "nothing due" | "no room"> {
  const asked = new Set<string>();
  for (const ahead of [AHEAD, FAR_AHEAD]) {
    const limit = ahead + taken.size;
    const heads = { where: { queue: dueIn(lane, deps.clock.now()) }, orderBy: "queue", limit } as const;
    const { length, columns } = await deps.targets.project(heads, { id: "text" });
    for (const id of columns.id) {
      if (taken.has(id) || asked.has(id)) continue;
      asked.add(id);
      const found = await where.of(id);
      if (found !== undefined && fits(found.places)) return found;
    }
    if (length < limit) return length === 0 ? "nothing due" : "no room";
  }
  // So many wait for slow hosts that what has room may stand behind them.
  const due = new Date(deps.clock.now().getTime() + PUT_OFF_MS);
  for (const id of [...asked].slice(0, PUT_OFF)) {
    await change(deps.targets, id, (state) => state && { state: putOff(state, due) });
  }
  return "no room";
}
