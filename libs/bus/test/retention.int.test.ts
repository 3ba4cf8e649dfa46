import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DeliverPolicy } from "@nats-io/jetstream";
import { createLog, Health, MovableClock } from "@ntd/service";
import { openStore, type Collection, type Store } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  applyBus,
  connectBus,
  eventOf,
  nouns,
  startRelay,
  startTrimming,
  toHeaders,
  usage,
  type Bus,
} from "../src/index.ts";
import type { Memory } from "../src/retention/memory.ts";
import { release } from "./readers.ts";

const DAY_MS = 86_400_000;
const now = new Date("2026-06-01T00:00:00Z");
const durable = ["HASHLISTS", "matching-release"] as const;
let stack: AsyncDisposableStack;
let bed: TestBed;
let bus: Bus;
let store: Store;
let sets: Collection<{ n: number }>;
const log = createLog("test", process.env["NTD_TEST_LOG"] ?? "silent");
const health = new Health(log);
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  bed = stack.use(await startTestBed());
  const identityDir = await bed.identity("service", "hashlists");
  bus = stack.use(await connectBus({ name: "hashlists", natsUrl: bed.nats.url, identityDir, log }));
  store = stack.use(await openStore(`file:${join(bed.dir, "producer")}`));
  sets = await store.collection<{ n: number }>({ name: "sets", fields: {} });
});
afterEach(() => stack[Symbol.asyncDispose]());

/** Publishes one event a day, the last one today: what a year leaves in a stream. */
async function fill(days: number): Promise<void> {
  const publishing = Array.from({ length: days }, (_, i) => {
    const time = new Date(now.getTime() - (days - 1 - i) * DAY_MS);
    const event = { ...eventOf(nouns.release, "activated", `set-${i}`, release(`set-${i}`), time), version: 1 };
    return bus.jetstream.publish(event.subject, event.data, { msgID: event.id, headers: toHeaders(event) });
  });
  await Promise.all(publishing);
}

/** Takes the next `count` messages as their reader would, and leaves those that `leave` names unacknowledged. */
async function acknowledge(count: number, leave: readonly number[] = []): Promise<void> {
  const consumer = await bed.bus.jetstream.consumers.get(...durable);
  let taken = 0;
  while (taken < count) {
    for await (const message of await consumer.fetch({ max_messages: count - taken, expires: 5000 })) {
      if (!leave.includes(message.seq)) await message.ackAck();
      taken++;
    }
  }
}
const trimming = async (keepDays: number) =>
  stack.use(
    await startTrimming(bus, store, health, "hashlists", {
      clock: new MovableClock(now),
      keepMs: keepDays * DAY_MS,
      everyMs: 20,
      refillPerSecond: 100,
    }),
  );
const stateOf = async () => (await bed.bus.manager.streams.info("HASHLISTS")).state;
/** Sequences from the first to the last one that is there. */
const span = async () => {
  const { first_seq, last_seq } = await stateOf();
  return [first_seq, last_seq];
};
/** Another round or two of trimming has passed. */
async function rounds(): Promise<void> {
  const asked = bus.manager.streams.info.bind(bus.manager.streams);
  let looks = 0;
  bus.manager.streams.info = (stream, ...more) => (looks++, asked(stream, ...more));
  await eventually("two rounds", () => looks > 12);
  bus.manager.streams.info = asked;
}

test("of a year only the days to keep are left, and not one that somebody has not acknowledged", async () => {
  await fill(365);
  await acknowledge(300, [200]);
  await trimming(30);
  // Day 200 is in some reader's hand.
  await eventually("what is before it is trimmed", async () => (await span())[0] === 200);
  await rounds();
  expect(await span()).toEqual([200, 365]);
  expect((await usage(bed.bus)).find((u) => u.stream === "HASHLISTS")?.held).toEqual([
    { durable: "matching-release", isMissing: false, waiting: 166 },
  ]);
  await acknowledge(66);
  await eventually("all that is older than thirty days", async () => (await span())[0] === 335);
  await rounds();
  expect(await span()).toEqual([335, 365]);
});

test("a reader of the catalogue that is missing holds the stream; made anew on a trimmed one, it gets everything", async () => {
  stack.use(startRelay(bus, store, health, 50));
  for (let n = 0; n < 5; n++) {
    const time = new Date(now.getTime() - 100 * DAY_MS);
    await sets.insert(`s${n}`, { n }, eventOf(nouns.release, "activated", `s${n}`, release(`s${n}`), time));
  }
  await eventually("published", async () => (await stateOf()).messages === 5);
  await acknowledge(3);
  await bed.bus.manager.consumers.delete(...durable);
  await trimming(30);
  await rounds();
  expect(await span()).toEqual([1, 5]);
  await applyBus(bed.bus.manager, { ackWaitMs: 1000 });
  await acknowledge(5);
  await eventually("all of them are old and acknowledged", async () => (await span())[0] === 6);
  await rounds();
  expect((await stateOf()).last_seq).toBe(5);

  await bed.bus.manager.consumers.delete(...durable);
  await applyBus(bed.bus.manager, { ackWaitMs: 1000 });
  await eventually("everything is sent again", async () => (await stateOf()).last_seq === 10);
  expect((await bed.published(nouns.release)).map((p) => p.data.setId).toSorted()).toEqual([
    "s0",
    "s1",
    "s2",
    "s3",
    "s4",
  ]);
  await acknowledge(5);
  await eventually("and goes, since it is old", async () => (await span())[0] === 11);
  await rounds();
  expect((await stateOf()).last_seq).toBe(10);
});

test("a turn to send again that a clock gone wrong gave for an hour is taken over", async () => {
  stack.use(startRelay(bus, store, health, 50));
  await sets.insert("s", { n: 1 }, eventOf(nouns.release, "activated", "s", release("s"), now));
  await eventually("published", async () => (await stateOf()).messages === 1);
  const memories = await store.collection<Memory>({ name: "stream_readers", fields: {} });
  const { created } = await bed.bus.manager.consumers.info(...durable);
  const refill = { leaseUntil: new Date(now.getTime() + 3_600_000) };
  await memories.insert("hashlists", { known: { "matching-release": created }, refill });
  await trimming(30);
  await eventually("it is sent again", async () => (await stateOf()).last_seq === 2);
});

test("a reader that remembers more than its stream holds, as after a restore, holds it", async () => {
  await fill(3);
  const { config } = await bed.bus.manager.consumers.info(...durable);
  await bed.bus.manager.consumers.delete(...durable);
  const { durable_name = "", filter_subject = "", ack_policy } = config;
  const ahead = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: 100 };
  await bed.bus.manager.consumers.add("HASHLISTS", { durable_name, filter_subject, ack_policy, ...ahead });
  await trimming(1);
  await rounds();
  expect(await span()).toEqual([1, 3]);
});

test("what is no event goes once it is acknowledged, and only the owner may purge", async () => {
  await bed.bus.jetstream.publish("hashlists.release.activated", "garbage");
  await acknowledge(1);
  await trimming(30);
  await eventually("gone", async () => (await stateOf()).messages === 0);
  const identityDir = await bed.identity("service", "matching");
  const reader = stack.use(await connectBus({ name: "matching", natsUrl: bed.nats.url, identityDir, log }));
  await expect(reader.manager.streams.purge("HASHLISTS")).rejects.toThrow(/permission/i);
});

test("health says that a stream is filling well before it is full", async () => {
  await applyBus(bed.bus.manager, { maxMessages: 10 });
  await trimming(30);
  const publish = () => bed.bus.jetstream.publish("hashlists.release.activated", "x", { msgID: randomUUID() });
  for (let i = 0; i < 6; i++) await publish();
  await rounds();
  expect([...health.degraded]).toEqual([]);
  for (let i = 0; i < 2; i++) await publish();
  await eventually("degraded", () => health.degraded.has("stream:HASHLISTS:FILLING"));
  await acknowledge(8);
  await eventually("no longer degraded", () => health.degraded.size === 0);
});

test("a stream that is nearly full makes room of what is acknowledged, however young; what is not stays", async () => {
  await applyBus(bed.bus.manager, { maxMessages: 20 });
  await fill(18);
  await acknowledge(4);
  await trimming(365);
  await eventually("the acknowledged ones have gone", async () => (await span())[0] === 5);
  await rounds();
  expect(await span()).toEqual([5, 18]);
  await fill(6);
  await acknowledge(20, [17]);
  await eventually("there is room", async () => (await stateOf()).messages < 17);
  await rounds();
  const [first = 0, last] = await span();
  expect([first <= 17, last]).toEqual([true, 24]);
});
