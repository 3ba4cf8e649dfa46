import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, newTarget } from "../../test/examples.ts";
import { claimed, done, postponed, released } from "./claim.ts";
import { behind, classOf, dueIn, laneAndTime, laneFor, laneOf, queueOf } from "./lane.ts";
import { withNotice, withReport } from "./schedule.ts";
import type { Target } from "../targets/target-state.ts";

const anyLane = fc.oneof(
  fc.constantFrom("watch", "claimed"),
  fc
    .tuple(fc.constantFrom<"report" | "answer">("report", "answer"), fc.string())
    .map(([kind, key]) => laneFor(kind, key)),
);
const anyTime = fc.date({ min: at(0), max: at(1e6), noInvalidDate: true });
const placeOf = (lane: string, dueAt: Date) => {
  const target = newTarget();
  return queueOf({ ...target, work: { ...target.work, lane, dueAt } }) ?? "";
};

describe("a place", () => {
  test("tells its lane and its time", () => {
    fc.assert(
      fc.property(anyLane, anyTime, (lane, dueAt) => {
        expect(laneAndTime(placeOf(lane, dueAt))).toEqual({ lane, dueAt });
      }),
    );
  });

  test("is asked for exactly if it is in the lane and due, and stands in the order of its time", () => {
    fc.assert(
      fc.property(anyLane, anyLane, anyTime, anyTime, (lane, other, dueAt, now) => {
        const { gte, lte } = dueIn(lane, now);
        const place = placeOf(other, dueAt);
        expect(gte <= place && place <= lte).toBe(lane === other && dueAt <= now);
      }),
    );
  });

  test("is found by going from lane to lane, each met once", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyLane, anyTime), { maxLength: 30 }), (all) => {
        const places = all.map(([lane, dueAt]) => placeOf(lane, dueAt)).toSorted();
        const met: string[] = [];
        for (let last = ""; ;) {
          const next = places.find((place) => place > behind(last).gt);
          if (next === undefined) break;
          last = laneAndTime(next).lane;
          met.push(last);
        }
        expect(met.toSorted()).toEqual([...new Set(all.map(([lane]) => lane))].toSorted());
      }),
    );
  });
});

test.each([
  ["report/a", "report"],
  ["answer/p", "answer"],
  ["claimed", "report"],
  ["watch", "watch"],
])("%s is looked after like a %s", (lane, kind) => expect(classOf(lane)).toBe(kind));

describe("a target waits", () => {
  const reported = (target: Target, key: string) =>
    withReport(
      target,
      { id: key, receivedTime: at(1), address: target.address, lane: laneFor("report", key), trace: {} },
      at(1),
    ) ?? target;
  const answered = (target: Target) =>
    withNotice(
      target,
      { id: "n", version: 1, episode: 1, open: true, since: at(1), answers: 0 },
      { lane: laneFor("answer", "p"), trace: {} },
      at(1),
    ) ?? target;
  const taken = claimed(newTarget(), at(1), 1000);
  const looked = done(taken, at(1), at(9));

  test("in the lane of who reported it last, until it was looked at", () => {
    expect(laneOf(newTarget())).toBe("report/a");
    expect(laneOf(reported(newTarget(), "b"))).toBe("report/b");
    expect(laneOf(taken)).toBe("claimed");
    expect(laneOf(looked)).toBe("watch");
  });

  test("in that of a provider that said something, unless a report waits", () => {
    expect(laneOf(answered(looked))).toBe("answer/p");
    expect(laneOf(reported(answered(looked), "b"))).toBe("report/b");
    expect(laneOf(answered(newTarget()))).toBe("report/a");
  });

  test("in the same lane again when its claim came to no end", () => {
    expect([released(taken, at(1)), postponed(taken, at(1))].map(laneOf)).toEqual(["report/a", "report/a"]);
  });

  test("in the lane of who asked during its claim", () => {
    expect(laneOf(done(reported(taken, "b"), at(2), at(9)))).toBe("report/b");
  });

  test("nowhere when it is no longer watched", () => expect(queueOf(done(taken, at(1), undefined))).toBeUndefined());

  test("as release 0.2 left it: a report's without a key, or watched", () => {
    const { lane: _, ...work } = newTarget().work;
    expect(laneOf({ ...newTarget(), work })).toBe("report/");
    expect(laneOf({ ...newTarget(), work: { ...work, wantedAtClaim: work.wanted } })).toBe("watch");
  });
});
