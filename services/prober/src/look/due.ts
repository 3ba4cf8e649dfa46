import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { putOff } from "../schedule/claim.ts";
import { behind, dueIn, laneAndTime } from "../schedule/lane.ts";
import type { Whereabouts, whereabouts } from "./whereabouts.ts";

/** Lanes that one poll asks for; the next one goes on behind them. */
const LANES_A_POLL = 16;
/** How far a lane is read for something that has room, and how far if nothing in the first part has. */
const AHEAD = 32;
const FAR_AHEAD = 1024;
const LOADED_AT_ONCE = 8;
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

type Found = Whereabouts | "nothing due" | "no room";

/**
 * Finds the first due target of a lane that has room where it is, the next one at each call. What stands first in a lane
 * is read for many hands at once; that there is no more is told of what was just read.
 */
export function findingFirst(deps: StoreDeps, choice: Choice): (lane: string) => Promise<Found> {
  const lanes = new Map<string, AsyncGenerator<Whereabouts, "nothing due" | "no room">>();
  return async (lane) => {
    const inLane = lanes.get(lane) ?? firstIn(deps, lane, choice);
    lanes.set(lane, inLane);
    const { done, value } = await inLane.next();
    if (done === true) lanes.delete(lane);
    return value;
  };
}

async function* firstIn(
  { targets, clock }: StoreDeps,
  lane: string,
  { taken, where, fits }: Choice,
): AsyncGenerator<Whereabouts, "nothing due" | "no room"> {
  for (let ahead = AHEAD; ;) {
    const full: string[] = [];
    let given = 0;
    const limit = ahead + taken.size;
    const heads = { where: { queue: dueIn(lane, clock.now()) }, orderBy: "queue", limit } as const;
    const { length, columns } = await targets.project(heads, { id: "text" });
    for await (const found of foundOf(columns.id, { taken, where })) {
      if (fits(found.places)) {
        given++;
        yield found;
        // Those before it may have room by now.
        if (given === AHEAD) break;
      } else full.push(found.id);
    }
    if (given > 0) ahead = AHEAD;
    else if (length < limit) return length === 0 ? "nothing due" : "no room";
    else if (ahead === AHEAD) ahead = FAR_AHEAD;
    else {
      await putBehind({ targets, clock }, full);
      return "no room";
    }
  }
}

/** Where they are, but for those in hand; loaded some at a time, as what waits longest was mostly forgotten. */
async function* foundOf(
  ids: readonly string[],
  { taken, where }: Pick<Choice, "taken" | "where">,
): AsyncGenerator<Whereabouts> {
  for (let from = 0; from < ids.length; from += LOADED_AT_ONCE) {
    const some = ids.slice(from, from + LOADED_AT_ONCE).filter((id) => !taken.has(id));
    for (const found of await Promise.all(some.map((id) => where.of(id)))) {
      if (found !== undefined && !taken.has(found.id)) yield found;
    }
  }
}

/** So many wait for slow hosts that what has room may stand behind them. */
async function putBehind({ targets, clock }: StoreDeps, full: readonly string[]): Promise<void> {
  const due = new Date(clock.now().getTime() + PUT_OFF_MS);
  for (const id of full.slice(0, PUT_OFF)) await change(targets, id, (state) => state && { state: putOff(state, due) });
}
