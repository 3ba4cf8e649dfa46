import fc from "fast-check";
import { expect, test } from "vitest";
import { file, later, reports } from "../../test/facts.ts";
import type { CaseFile } from "../cases/case.ts";
import { settled } from "./many-reports.ts";

const many = (count: number, second = count) =>
  reports({ count, ids: [`r${count}`], newestTime: later(second), firstTime: later(0) });
const viral = () => file({ reports: many(100) });

test("up to a hundred each is told, then their number once a minute, the last one too", () => {
  let now: CaseFile = file();
  let told = 0;
  const settle = (count: number, second: number) => {
    const next = settled(now, many(count, second), later(second));
    if (next.reports !== now.reports) told++;
    now = next;
  };
  for (let n = 1; n <= 700; n++) settle(n, n);
  expect(told).toBe(100 + 9);
  settle(700, now.reportsDueTime === undefined ? 0 : 800);
  expect([now.reports.count, now.reportsDueTime]).toEqual([700, undefined]);
});

test("while it waits nothing is written for the next ones", () => {
  const waiting = settled(viral(), many(101), later(101));
  expect([waiting.reports.count, waiting.reportsDueTime]).toEqual([100, later(161)]);
  expect(settled(waiting, many(150), later(150))).toBe(waiting);
});

test.each([
  ["a child in danger", { lifeAtRisk: "said" as const }],
  ["a victim", { victim: true as const }],
  ["one of police", { police: true, raised: true }],
  ["an earlier first one", { firstTime: later(-5) }],
  ["fewer, since an episode has ended", { count: 40 }],
])("%s is told at once, with all that waits", (_, change) => {
  const waiting = settled(viral(), many(101), later(101));
  const next = settled(waiting, { ...many(150), ...change }, later(102));
  expect(next.reports).toMatchObject({ count: 150, ...change });
  expect(next.reportsDueTime).toBeUndefined();
});

test("what brings a case back that was closed as not illegal is told at once", () => {
  const decision = { verdict: "VERDICT_NOT_ILLEGAL", decidedTime: later(100) } as CaseFile["decisions"][number];
  const closed = { ...viral(), decisions: [decision], progress: { kind: "decided" } as const };
  expect(settled(closed, many(101), later(101)).progress).toMatchObject({ reason: "QUEUE_REASON_REPORTED_AGAIN" });
});

test("whatever comes when, all is told a minute after the last, and nothing is due then", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 300 }), (pauses) => {
      let [now, second, count] = [viral(), 100, 100];
      for (const pause of pauses) now = settled(now, many(++count, (second += pause)), later(second));
      now = settled(now, many(count, second), later(second + 60));
      expect([now.reports.count, now.reportsDueTime]).toEqual([count, undefined]);
    }),
  );
});
