import { expect, test } from "vitest";
import { published } from "../src/notices/publish.ts";
import { Bells } from "../src/stream/bells.ts";
import { hear } from "../src/stream/hear.ts";
import { aNotice, at } from "./examples.ts";

const LONG_MS = 60_000;

test("a ring wakes who waits for that provider, and nobody else", async () => {
  const bells = new Bells();
  using mine = bells.open();
  using other = bells.open();
  mine.listenTo(["alpha"]);
  other.listenTo(["beta"]);
  const stop = new AbortController();
  const woken: string[] = [];
  const waits = [
    mine.wait(LONG_MS, stop.signal).then(() => woken.push("mine")),
    other.wait(LONG_MS, stop.signal).then(() => woken.push("other")),
  ];
  bells.ring("alpha");
  await waits[0];
  expect(woken).toEqual(["mine"]);
  stop.abort();
  await waits[1];
});

test("a ring while nobody waits is kept for the next wait, once", async () => {
  const bells = new Bells();
  using bell = bells.open();
  bell.listenTo(["alpha"]);
  bells.ring();
  await bell.wait(LONG_MS, new AbortController().signal);
  const begun = performance.now();
  await bell.wait(30, new AbortController().signal);
  expect(performance.now() - begun).toBeGreaterThan(25);
});

test("a stream hears of the notices that it carries, and a closed one is forgotten", () => {
  const bells = new Bells();
  const bell = bells.open();
  bell.listenTo(["alpha"]);
  bell.carried.set("notice-1", { providerId: "alpha", revision: 1, sentAt: 0 });
  bells.over("alpha", "another");
  expect(bell.inWindow).toBe(1);
  bells.over("alpha", "notice-1");
  expect(bell.inWindow).toBe(0);
  bell[Symbol.dispose]();
  expect(bells.size).toBe(0);
});

test("a provider that comes to a stream is looked at from its beginning, and one that left no more", () => {
  const bells = new Bells();
  using bell = bells.open();
  bell.listenTo(["alpha"]);
  expect([[...bell.fresh], [...bell.resent]]).toEqual([["alpha"], ["alpha"]]);
  bell.fresh.clear();
  bell.resent.clear();
  bell.listenTo(["beta"]);
  bells.ring("alpha");
  bells.again("alpha");
  expect([[...bell.fresh], [...bell.resent]]).toEqual([["beta"], ["beta"]]);
});

test("what one stream stamped, the others of its provider send too", () => {
  const bells = new Bells();
  using stamping = bells.open();
  using other = bells.open();
  for (const bell of [stamping, other]) {
    bell.listenTo(["alpha"]);
    bell.resent.clear();
  }
  stamping.carried.set("notice-1", { providerId: "alpha", revision: 1, sentAt: 0 });
  const data = published(aNotice({ noticeId: "notice-1", providerId: "alpha", offeredTime: at(1) }));
  hear(bells, { data, verb: "offered" });
  expect([...other.resent]).toEqual(["alpha"]);
  expect([...stamping.resent]).toEqual([]);
});
