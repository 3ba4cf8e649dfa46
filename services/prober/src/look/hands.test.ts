import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Rooms, type Visit } from "../fetch/rooms.ts";
import { classOf } from "../schedule/lane.ts";
import { Hands, type Hold } from "./hands.ts";

/** A look that falls due at `at`; the rest is what it will find. */
interface Ask {
  at: number;
  lane: string;
  places: string[];
  takesMs: number;
}
interface Look extends Ask {
  begun: number;
  hold: Hold;
  visit: Visit;
}

const HANDS = 32;
const KEPT = 8;

/** Plays asks through as the loop does, moment by moment; `check` sees each moment once all free hands are given. */
function play(asks: readonly Ask[], check?: (moment: { now: number; inHand: Look[]; due: Ask[] }) => void) {
  const hands = new Hands(HANDS);
  const rooms = new Rooms();
  const later = asks.toSorted((a, b) => a.at - b.at);
  const due: Ask[] = [];
  let inHand: Look[] = [];
  const ended: Look[] = [];
  const endOf = ({ begun, takesMs }: Look) => begun + takesMs;
  while (later.length + due.length + inHand.length > 0) {
    const now = Math.min(later[0]?.at ?? Infinity, ...inHand.map(endOf));
    if (!Number.isFinite(now)) throw new Error("something is due and nothing is done");
    for (let ask = later[0]; ask !== undefined && ask.at <= now; ask = later[0]) {
      due.push(ask);
      later.shift();
      hands.wait(ask.lane, now);
    }
    for (const look of inHand.filter((one) => endOf(one) <= now)) {
      rooms.leave(look.visit);
      hands.give(look.hold, now);
      ended.push(look);
    }
    inHand = inHand.filter((one) => endOf(one) > now);
    const passed = new Set<string>();
    for (let lane = hands.next(passed, now); lane !== undefined; lane = hands.next(passed, now)) {
      const waiting = due.filter((ask) => ask.lane === lane);
      const first = waiting.find(({ places }) => rooms.fits(places, now));
      if (waiting.length === 0) hands.rest(lane);
      if (first === undefined) {
        passed.add(lane);
        continue;
      }
      due.splice(due.indexOf(first), 1);
      const look = {
        ...first,
        begun: now,
        hold: hands.take(lane, now),
        visit: { since: now, places: new Set<string>() },
      };
      for (const place of first.places) expect(rooms.enter(look.visit, place, now)).toBe(true);
      inHand.push(look);
    }
    check?.({ now, inHand, due });
  }
  return ended;
}

const lane = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 20 }).map((key) => `report/${key}`) },
  fc.integer({ min: 0, max: 3 }).map((key) => `answer/${key}`),
  fc.constant("watch"),
);
const anyAsk = (lanes: fc.Arbitrary<string>): fc.Arbitrary<Ask> =>
  fc.record({
    at: fc.integer({ min: 0, max: 3000 }),
    lane: lanes,
    places: fc
      .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 4 }))
      .map(([host, network]) => [`host:${host}.${network}`, `network:${network}`]),
    takesMs: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 20_000 })),
  });
const load = fc.array(anyAsk(lane), { minLength: 1, maxLength: 150 });

const many = (count: number, given: (i: number) => Partial<Ask>): Ask[] =>
  Array.from({ length: count }, (_, i) => ({
    at: 0,
    lane: "report/flood",
    places: [`host:${i}`, `network:${i}`],
    takesMs: 20_000,
    ...given(i),
  }));
const one = (at: number, given: Partial<Ask> = {}): Ask => ({
  at,
  lane: "report/new",
  places: ["host:new", "network:new"],
  takesMs: 100,
  ...given,
});
const waited = (looks: Look[], of = "report/new") =>
  looks.filter((look) => look.lane === of).map(({ at, begun }) => begun - at);

test("no more are in hand than there are hands, than a host takes, than a network takes, and fewer if that is slow", () => {
  fc.assert(
    fc.property(load, (asks) => {
      play(asks, ({ now, inHand }) => {
        expect(inHand.length).toBeLessThanOrEqual(HANDS);
        for (const look of inHand) {
          const beside = (place: string | undefined) => inHand.filter((other) => other.places.includes(place ?? ""));
          expect(beside(look.places[0]).length).toBeLessThanOrEqual(2);
          const network = beside(look.places[1]);
          expect(network.length).toBeLessThanOrEqual(16);
          if (look.begun !== now) continue;
          expect(network.filter(({ begun }) => now - begun > 5000).length).toBeLessThan(4);
        }
      });
    }),
  );
});

test("no hand is idle while something is due that may have it", () => {
  fc.assert(
    fc.property(load, (asks) => {
      play(asks, ({ now, inHand, due }) => {
        const rooms = new Rooms();
        for (const { begun, places } of inHand) {
          const visit: Visit = { since: begun, places: new Set() };
          for (const place of places) rooms.enter(visit, place, begun);
        }
        const free = HANDS - inHand.length;
        const first = (name: string) => classOf(name) === "report" && inHand.every((look) => look.lane !== name);
        const may = due.filter((ask) => rooms.fits(ask.places, now) && (free > KEPT || (free > 0 && first(ask.lane))));
        expect(may).toEqual([]);
      });
    }),
  );
});

test("everything that falls due is looked at", () => {
  fc.assert(
    fc.property(load, (asks) => {
      expect(play(asks).length).toBe(asks.length);
    }),
  );
});

describe("the first look of a new key", () => {
  test("begins at once under any load, as long as fewer other keys than kept hands wait for theirs", () => {
    const others = fc.oneof(
      fc.integer({ min: 0, max: KEPT - 2 }).map((key) => `report/${key}`),
      fc.constantFrom("answer/1", "answer/2", "watch"),
    );
    fc.assert(
      fc.property(fc.array(anyAsk(others), { maxLength: 300 }), fc.integer({ min: 0, max: 30_000 }), (asks, at) => {
        expect(waited(play([...asks, one(at)]))).toEqual([0]);
      }),
    );
  });

  test("begins at once beside one report of a hundred dead addresses", () => {
    expect(waited(play([...many(100, () => ({})), one(1000)]))).toEqual([0]);
  });

  test("begins at once beside 3,400 reports in 8 seconds", () => {
    const flood = many(3400, (i) => ({ at: (i * 8000) / 3400, takesMs: 200 }));
    expect(waited(play([...flood, one(8000)]))).toEqual([0]);
  });

  test("waits for no second look of anybody, though a hundred keys have dead addresses", () => {
    const dead = many(1000, (i) => ({ lane: `report/${i % 100}`, at: i * 10 }));
    const looks = play([...dead, one(9000)]);
    const begun = (waited(looks)[0] ?? Infinity) + 9000;
    const between = looks.filter((look) => look.begun > 9000 && look.begun < begun);
    const before = new Set(looks.filter((look) => look.begun <= 9000).map((look) => look.lane));
    expect(between.filter((look) => before.has(look.lane))).toEqual([]);
    expect(new Set(between.map((look) => look.lane)).size).toBe(between.length);
  });
});

describe("hand time is shared", () => {
  test("by two keys alike, though the looks of one take ten times as long", () => {
    const asks = many(4000, (i) => ({ lane: `report/${i % 2}`, takesMs: i % 2 === 0 ? 1000 : 100 }));
    const looks = play(asks).filter(({ begun }) => begun < 5000);
    const time = (of: string) => looks.filter((l) => l.lane === of).reduce((sum, l) => sum + l.takesMs, 0);
    expect(time("report/0") / time("report/1")).toBeGreaterThan(0.8);
    expect(time("report/0") / time("report/1")).toBeLessThan(1.25);
  });

  test("by the classes six to one to one while all wait, so that none starves", () => {
    const lanes = ["report/a", "answer/p", "watch"];
    const asks = many(6000, (i) => ({ lane: lanes[i % 3] ?? "watch", takesMs: 100 }));
    const looks = play(asks).filter(({ begun }) => begun < 4000);
    const [reports = 0, answers = 0, watched = 0] = lanes.map((of) => looks.filter((l) => l.lane === of).length);
    expect(reports / answers).toBeGreaterThan(4);
    expect(reports / answers).toBeLessThan(8);
    expect(watched).toBeGreaterThan(answers / 2);
  });

  test("and not saved up by staying away", () => {
    const early = many(400, (i) => ({ lane: "report/early", takesMs: 100, at: i }));
    const both = many(2000, (i) => ({ lane: i % 2 === 0 ? "report/early" : "report/late", takesMs: 100, at: 60_000 }));
    const looks = play([...early, ...both]).filter(({ begun }) => begun >= 60_000 && begun < 62_000);
    const late = looks.filter((look) => look.lane === "report/late").length;
    expect(late / looks.length).toBeGreaterThan(0.4);
    expect(late / looks.length).toBeLessThan(0.6);
  });
});

test("a slow host has its two hands, and a clock put back confuses nobody", () => {
  const hands = new Hands(4);
  hands.wait("report/a", 1000);
  const hold = hands.take("report/a", 1000);
  hands.give(hold, 500);
  expect(hands.inHand).toBe(0);
  expect(hands.next(new Set(), 500)).toBe("report/a");
});
