import { randomUUID } from "node:crypto";
import type { DataOf, Event } from "@ntd/bus";
import { runs } from "@ntd/testing/runs";
import { assert, asyncProperty, shuffledSubarray } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { caseEvent, noticeEvent, reportEvent } from "./example-events.ts";
import { at } from "./examples.ts";
import { onCase } from "../src/timelines/on-case.ts";
import { onNotice } from "../src/timelines/on-notice.ts";
import { onReport } from "../src/timelines/on-report.ts";
import { openOneStore, type OneStore } from "./one-store.ts";
import type { Collections } from "../src/store.ts";

let store: OneStore;
beforeAll(async () => {
  store = await openOneStore();
});
afterAll(() => store[Symbol.asyncDispose]());

function event<T>(data: T): Event<T> {
  return { id: randomUUID(), verb: "updated", time: at(0), aggregateId: "any", version: 1, data };
}

/** The collections, and how often they are written and read through them. */
function counted(collections: Collections) {
  const calls = { writes: 0, reads: 0 };
  const watched = Object.entries(collections).map(([name, collection]) => [name, { ...collection }] as const);
  for (const [, collection] of watched) {
    const kinds = { load: "reads", find: "reads", pages: "reads", insert: "writes", save: "writes" } as const;
    for (const [method, kind] of Object.entries(kinds)) {
      const call = (collection as Record<string, unknown>)[method] as (...args: unknown[]) => unknown;
      Object.assign(collection, {
        [method]: (...args: unknown[]) => {
          calls[kind]++;
          return call.apply(collection, args);
        },
      });
    }
  }
  return Object.assign(calls, { collections: Object.fromEntries(watched) as unknown as Collections });
}

const newest20 = (n: number) => Array.from({ length: Math.min(n, 20) }, (_, i) => `report-${n - i}`);
const named = (n: number): DataOf<"case"> => caseEvent({ reportCount: n, reportIds: newest20(n) }, "decision-1");
const told = (n: number, revision: number, seconds: number): DataOf<"case"> => {
  return { ...named(n), firstReportTime: at(seconds), firstReportRevision: revision };
};
const reportedTimeIn = async ({ timelines }: Collections) =>
  (await timelines.find({ limit: 1 }))[0]?.state.reportedTime;

test("an event that says nothing new costs no write and few reads, however many reports it names", async () => {
  await store.inEmpty(async (collections) => {
    await onNotice(collections)(event(noticeEvent()));
    await onCase(collections)(event(told(500, 1, -3000)));
    const calls = counted(collections);
    await onCase(calls.collections)(event(told(501, 1, -3000)));
    expect(calls).toMatchObject({ writes: 0 });
    expect(calls.reads).toBeLessThanOrEqual(2);
  });
});

test("an event with another first report costs one write, and one a timeline", async () => {
  await store.inEmpty(async (collections) => {
    await onNotice(collections)(event(noticeEvent()));
    await onCase(collections)(event(told(500, 1, -3000)));
    const calls = counted(collections);
    await onCase(calls.collections)(event(told(501, 2, -4000)));
    expect(calls).toMatchObject({ writes: 2 });
    expect(await reportedTimeIn(collections)).toEqual(at(-4000));
  });
});

test("an event of release 0.2 that says nothing new costs no write either", async () => {
  await store.inEmpty(async (collections) => {
    await onNotice(collections)(event(noticeEvent()));
    for (let n = 1; n <= 20; n++) {
      await onReport(collections)(event(reportEvent({ reportId: `report-${n}`, receivedTime: at(-100 + n) })));
    }
    await onCase(collections)(event(named(20)));
    const calls = counted(collections);
    await onCase(calls.collections)(event(named(20)));
    expect(calls).toMatchObject({ writes: 0 });
    expect(await reportedTimeIn(collections)).toEqual(at(-99));
  });
});

test("of 10,000 reports of one address the first counts, in whatever order the case's events come", async () => {
  // Each event tells what casework knew then: reports arrive in no order of their times.
  const received = Array.from({ length: 10_000 }, (_, n) => -((n * 7919) % 10_007));
  let [first, revision] = [Infinity, 0];
  const all: DataOf<"case">[] = [];
  for (const [n, seconds] of received.entries()) {
    const isFirst = seconds < first;
    if (isFirst) [first, revision] = [seconds, revision + 1];
    if (isFirst || n % 1000 === 0) all.push(told(n + 1, revision, first));
  }
  expect(all.length).toBeGreaterThan(10);
  const orders = shuffledSubarray(all, { minLength: all.length });
  await assert(
    asyncProperty(orders, async (events) => {
      await store.inEmpty(async (collections) => {
        const [before, after] = [events.slice(0, events.length / 2), events.slice(events.length / 2)];
        await Promise.all(before.map((data) => onCase(collections)(event(data))));
        await onNotice(collections)(event(noticeEvent()));
        for (const data of after) await onCase(collections)(event(data));
        expect(await reportedTimeIn(collections)).toEqual(at(Math.min(...received)));
      });
    }),
    { numRuns: runs(15) },
  );
});
