import { Problem, startLoop, type Loop } from "@ntd/service";
import { Rooms, type Visit } from "../fetch/rooms.ts";
import { findingLanes, firstInLane } from "./due.ts";
import { Hands } from "./hands.ts";
import { probe, type ProbingDeps } from "./probe.ts";
import { whereabouts, type Whereabouts } from "./whereabouts.ts";

const POLL_MS = 200;

/**
 * Looks at what is due, with as many hands as the settings say; `Hands` tells whose lane is next, `Rooms` where there is
 * room. What it costs to choose does not depend on how much waits: a lane is asked for its first places alone. A claim
 * is saved before anything is fetched, so that of several replicas one looks, and a crash is found by the end of its
 * lease. Disposing gives back what is in hand.
 */
export function startLooking(deps: ProbingDeps): Loop {
  const hands = new Hands(deps.hands);
  const rooms = new Rooms();
  const where = whereabouts(deps.targets, deps.sealer);
  const inHand = new Map<string, Promise<void>>();
  const stop = new AbortController();
  const lanesWithWork = findingLanes(deps);
  let polled = Number.NEGATIVE_INFINITY;
  const nowMs = () => deps.clock.now().getTime();

  async function fill(): Promise<void> {
    const lanes = [...deps.woken];
    deps.woken.clear();
    if (performance.now() - polled >= POLL_MS) {
      lanes.push(...(await lanesWithWork()));
      polled = performance.now();
    }
    for (const lane of lanes) hands.wait(lane, nowMs());
    const passed = new Set<string>();
    for (let lane = hands.next(passed, nowMs()); lane !== undefined; lane = hands.next(passed, nowMs())) {
      const first = await firstInLane(deps, lane, {
        taken: inHand,
        where,
        fits: (places) => rooms.fits(places, nowMs()),
      });
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
    const ended = probe(deps, { id, lane, document, enter }, stop.signal).then((noted) => {
      where.visited(id, visit.places);
      rooms.leave(visit);
      hands.give(hold, nowMs());
      inHand.delete(id);
      // Where nothing could even be noted, the store is away: the next poll tries again.
      if (noted) loop.kick();
    });
    inHand.set(id, ended);
  }

  const loop = startLoop("look", POLL_MS, deps.log, fill);
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      stop.abort(new Problem("SHUTTING_DOWN"));
      await Promise.all(inHand.values());
    },
  };
}
