import { isStill } from "@ntd/host";
import { Problem, startLoop, type Loop } from "@ntd/service";
import { Rooms, roomsWithin, type Visit } from "../fetch/rooms.ts";
import { findingFirst, findingLanes } from "./due.ts";
import { Hands } from "./hands.ts";
import { probe, type ProbingDeps } from "./probe.ts";
import { whereabouts, type Whereabouts } from "./whereabouts.ts";

/** While nothing is in hand or waits for room: whoever has something to look at tells. */
const AT_REST_MS = 1000;
const POLL_MS = 200;

/**
 * Looks at what is due, with as many hands as the settings say; `Hands` tells whose lane is next, `Rooms` where there is
 * room. What it costs to choose does not depend on how much waits: a lane is asked for its first places alone. A claim
 * is saved before anything is fetched, so that of several replicas one looks, and a crash is found by the end of its
 * lease. After a restore nobody is looked at before two operators lift it. Disposing gives back what is in hand.
 */
export function startLooking(deps: ProbingDeps): Loop {
  const hands = new Hands(deps.hands);
  const rooms = new Rooms();
  const where = whereabouts(deps.targets, deps.sealer);
  const inHand = new Map<string, Promise<void>>();
  const stop = new AbortController();
  const nowMs = () => deps.clock.now().getTime();
  const fallenDue = hearing(deps);
  const fits = (places: readonly string[]) => rooms.fits(places, nowMs());
  const firstIn = findingFirst(deps, { taken: inHand, where, fits });

  async function fill(stopped: AbortSignal): Promise<void> {
    if (await isStill(deps)) return;
    const passed = new Set<string>();
    // As long as looks end as fast as they begin it goes on: what falls due meanwhile has its turn all the same.
    while (!stopped.aborted) {
      for (const lane of await fallenDue()) {
        hands.wait(lane, nowMs());
        passed.delete(lane);
      }
      const lane = hands.next(passed, nowMs());
      if (lane === undefined) return;
      const first = await firstIn(lane);
      if (typeof first === "object") begin(lane, first);
      else passed.add(lane);
      if (first === "nothing due") hands.rest(lane);
    }
  }

  function begin(lane: string, { id, places, document }: Whereabouts): void {
    const hold = hands.take(lane, nowMs());
    const visit: Visit = { since: hold.since, places: new Set() };
    const enter = (place: string) => rooms.enter(visit, place, nowMs());
    places.forEach(enter);
    const room = roomsWithin(rooms, visit, nowMs);
    const ended = probe(deps, { id, lane, document, enter, room }, stop.signal).then((noted) => {
      where.visited(id, visit.places);
      rooms.leave(visit);
      hands.give(hold, nowMs());
      inHand.delete(id);
      // Where nothing could even be noted, the store is away: the next poll tries again.
      if (noted) loop.kick();
    });
    inHand.set(id, ended);
  }

  const loop = startLoop("look", AT_REST_MS, deps.log, async (stopped) => {
    await fill(stopped);
    return hands.isAtRest ? AT_REST_MS : POLL_MS;
  });
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      stop.abort(new Problem("SHUTTING_DOWN"));
      await Promise.all(inHand.values());
    },
  };
}

/** Lanes in which something fell due: those of which we are told, and now and again those that the clock brings. */
function hearing(deps: ProbingDeps): () => Promise<string[]> {
  const lanesWithWork = findingLanes(deps);
  let polled = Number.NEGATIVE_INFINITY;
  return async () => {
    const lanes = [...deps.woken];
    deps.woken.clear();
    if (performance.now() - polled < POLL_MS) return lanes;
    const found = await lanesWithWork();
    polled = performance.now();
    return [...lanes, ...found];
  };
}
