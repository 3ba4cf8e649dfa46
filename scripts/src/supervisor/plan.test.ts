import fc from "fast-check";
import { expect, test } from "vitest";
import { answerMs, firstWatch, plan, type Patience, type Seen, type Step, type Watch } from "./plan.ts";

const patience: Patience = { silentMs: 30_000, startMs: 120_000, notServingMs: 300_000 };
const serving: Seen = { what: "serving" };
const notServing: Seen = { what: "not serving" };
const silent: Seen = { what: "silent", why: "no answer within 1000 ms" };
const crashed: Seen = { what: "ended", code: 1, signal: null };
const nothing: Seen = { what: "nothing" };

/** Walks through what was seen at which second; returns what was done and told, with its second. */
function walked(seen: readonly (readonly [second: number, seen: Seen])[], from = firstWatch(0, patience)) {
  const done: [number, Step["does"], string | undefined][] = [];
  let watch: Watch = from;
  for (const [second, one] of seen) {
    const step = plan(watch, one, second * 1000, patience);
    watch = step.watch;
    if (step.does !== "nothing" || step.tell !== undefined) done.push([second, step.does, step.tell]);
  }
  return { done, watch };
}

const every = (seconds: number, from: number, to: number, seen: Seen) =>
  Array.from({ length: Math.floor((to - from) / seconds) + 1 }, (_, i) => [from + i * seconds, seen] as const);

test("given one that serves, when it falls silent, then it is killed after its time, with the reason, and started", () => {
  const { done } = walked([[1, serving], ...every(5, 5, 35, silent), [36, nothing]]);
  expect(done).toEqual([
    [35, "kill", "has said nothing for 30 s (no answer within 1000 ms); it is started again in 0.5 s"],
    [36, "start", undefined],
  ]);
});

test("given one that refuses whoever asks, by a deny-list or a quota, then it is left alone however long that lasts", () => {
  const refuses: Seen = { what: "refuses" };
  expect(walked([[1, serving], [5, silent], ...every(5, 10, 7200, refuses)]).done).toEqual([]);
  expect(walked(every(5, 5, 7200, refuses)).done).toEqual([]);
});

test("given a start that is stuck, then it has the time of a start", () => {
  const { done } = walked(every(5, 5, 120, silent));
  expect(done).toEqual([
    [120, "kill", expect.stringMatching(/^was started and has not answered for 120 s .*again in 0.5 s$/)],
  ]);
});

test("given a machine that has too much to do, then what says nothing has twice as long each time, and is started later", () => {
  // Alive, and never in time, for ten hours; that it answered once in between changes nothing.
  const kills: [number, string][] = [];
  let watch = firstWatch(0, patience);
  for (let second = 5; second <= 36_000; second += 5) {
    const step = plan(watch, second === 600 ? serving : silent, second * 1000, patience);
    watch = step.watch;
    if (step.does === "kill") kills.push([second, step.tell?.replace(/^.* in /, "") ?? ""]);
  }
  const spent = kills.map(([second], nth) => second - (kills[nth - 1]?.[0] ?? 0));
  expect(spent.slice(0, 2)).toEqual([120, 245]);
  expect(spent.at(-1)).toBeGreaterThanOrEqual(960);
  expect(kills.length).toBeLessThanOrEqual(42);
  expect(kills.slice(0, 3).map(([, pause]) => pause)).toEqual(["0.5 s", "1 s", "2 s"]);
  expect(kills.at(-1)?.[1]).toBe("30 s");
  expect(answerMs(watch)).toBe(8 * answerMs(firstWatch(0, patience)));
});

test("given one that was ended for its silence, when it served for a minute, then it has the usual time, and no sooner", () => {
  const slow = walked([...every(5, 5, 120, silent), [121, nothing]]).watch;
  expect(slow.slack).toBe(2);
  const { watch: soon } = walked(every(5, 125, 180, serving), slow);
  expect(soon.slack).toBe(2);
  expect(walked([[185, serving]], soon).watch).toMatchObject({ slack: 1, pauseMs: 500 });
  // Whose answers come at times only is not well.
  expect(walked([[181, silent], ...every(5, 185, 235, serving)], soon).watch.slack).toBe(2);
  const { done } = walked(every(5, 185, 245, silent), soon);
  expect(done).toEqual([[245, "kill", expect.stringContaining("has said nothing for 60 s")]]);
});

test("given a supervisor that slept, when one answer is missed long after the last, then nobody is killed", () => {
  expect(
    walked([
      [1, serving],
      [5, silent],
      [4000, silent],
      [4001, serving],
    ]).done,
  ).toEqual([]);
});

test("given a dependency that is away for an hour, then NOT_SERVING leads to ever fewer starts", () => {
  let watch = firstWatch(0, patience);
  const kills: number[] = [];
  for (let second = 1; second <= 4 * 3600; second++) {
    const step = plan(watch, notServing, second * 1000, patience);
    watch = step.watch;
    if (step.does === "kill") kills.push(second);
  }
  expect(kills.length).toBeLessThanOrEqual(6);
  expect(kills[0]).toBeGreaterThanOrEqual(300);
  const gaps = kills.slice(1).map((at, i) => at - (kills[i] ?? 0));
  expect(gaps.every((gap, i) => i === 0 || gap >= (gaps[i - 1] ?? 0))).toBe(true);
});

test("given one that crashes again and again, then it comes back later each time, and soon once it was steady", () => {
  const { done } = walked([
    [1, crashed],
    [2, nothing],
    [3, crashed],
    [4, nothing],
    [5, crashed],
    [7, nothing],
    ...every(5, 10, 70, serving),
    [71, crashed],
  ]);
  expect(done.map(([, does, tell]) => tell?.replace(/.* in /, "") ?? does)).toEqual([
    "0.5 s",
    "start",
    "1 s",
    "start",
    "2 s",
    "start",
    "0.5 s",
  ]);
});

const refused: Seen = { what: "ended", code: 78, signal: null };

test("given a refused configuration, then it is told once, tried every five minutes, and at once when it has changed", () => {
  const { done, watch } = walked([
    [1, refused],
    [300, nothing],
    [301, nothing],
    [303, refused],
    [602, nothing],
  ]);
  expect(done).toEqual([
    [1, "nothing", expect.stringContaining("configuration is refused")],
    [301, "start", undefined],
  ]);
  const settled: [number, Seen][] = [
    [603, { what: "settled anew" }],
    [604, nothing],
  ];
  expect(walked(settled, watch).done).toEqual([[604, "start", undefined]]);
});

test("given a key that was put back, then it serves, and another refusal is told anew", () => {
  const { done } = walked([
    [1, refused],
    [301, nothing],
    [303, serving],
    [400, refused],
  ]);
  expect(done.map(([second, does]) => [second, does])).toEqual([
    [1, "nothing"],
    [301, "start"],
    [400, "nothing"],
  ]);
  expect(done.at(-1)?.[2]).toContain("configuration is refused");
});

test("given one that runs, when its settings change, then it is ended and started with them", () => {
  expect(
    walked([
      [1, serving],
      [2, { what: "settled anew" }],
      [2.1, nothing],
    ]).done,
  ).toEqual([
    [2, "kill", undefined],
    [2.1, "start", undefined],
  ]);
});

test("whatever is seen: it is never started while it runs, nor killed while it does not, and never lost", () => {
  const seen = fc.constantFrom<Seen>(serving, notServing, silent, crashed, nothing, { what: "settled anew" });
  fc.assert(
    fc.property(fc.array(fc.tuple(seen, fc.integer({ min: 0, max: 400_000 })), { maxLength: 200 }), (steps) => {
      let watch = firstWatch(0, patience);
      let now = 0;
      let runs = true;
      for (const [one, ms] of steps) {
        if (!runs && one.what !== "settled anew" && one.what !== "nothing") continue;
        now += ms;
        const step = plan(watch, one, now, patience);
        watch = step.watch;
        if (step.does === "start") expect(runs).toBe(false);
        if (step.does === "kill") expect(runs).toBe(true);
        runs = step.does === "start" || (runs && step.does === "nothing" && one.what !== "ended");
        expect(watch.state.is === "running").toBe(runs);
        expect(watch.pauseMs).toBeLessThanOrEqual(30_000);
      }
      if (!runs) expect(plan(watch, nothing, now + 30_000, patience).does).toBe("start");
    }),
  );
});
