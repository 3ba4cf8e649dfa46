import { once } from "node:events";
import { join } from "node:path";
import { createLog, Health } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { applyBus, connectBus, eventOf, listDeadLetters, nouns, startRelay, startTail } from "../src/index.ts";
import { openReadersBed, release, type ReadersBed } from "./readers.ts";

let readers: ReadersBed;
let bed: TestBed;
beforeEach(async () => {
  readers = await openReadersBed();
  bed = readers.bed;
});
afterEach(() => readers[Symbol.asyncDispose]());

const log = createLog("test", "silent");

test("a handler slower than its ack wait is not given to a second reader on the same durable", async () => {
  await readers.start("one");
  await readers.start("two");
  for (let i = 0; i < 6; i++) await readers.publish(`slow-${i}`);
  await eventually(
    "all six ended",
    () => [0, 1, 2, 3, 4, 5].every((i) => readers.count(`end slow-${i} 1`) === 1),
    20_000,
  );
  await readers.settled();
  for (let i = 0; i < 6; i++) expect(readers.count(`begin slow-${i} 1`)).toBe(1);
});

test("a backlog does not outlive its ack wait while it waits for a free hand: each message is begun once, eight at a time", async () => {
  const ids = Array.from({ length: 48 }, (_, i) => `steady-${i}`);
  for (const id of ids) await readers.publish(id);
  await readers.start();
  await eventually("all ended", () => ids.every((id) => readers.count(`end ${id} 1`) === 1), 20_000);
  await readers.settled();
  expect(ids.filter((id) => readers.count(`begin ${id} 1`) !== 1)).toEqual([]);
  let [inHand, most] = [0, 0];
  for (const [, move] of readers.journal().matchAll(/^(begin|end) steady/gm)) {
    inHand += move === "begin" ? 1 : -1;
    most = Math.max(most, inHand);
  }
  expect(most).toBe(8);
});

test("messages that wait for an absent peer do not hold up the others", async () => {
  await readers.start();
  for (let i = 0; i < 10; i++) await readers.publish(`away-${i}`);
  await eventually(
    "they have all come again",
    () => Array.from({ length: 10 }, (_, i) => readers.count(`begin away-${i} 1`) > 1).every(Boolean),
    20_000,
  );
  await readers.publish("healthy");
  await eventually("the healthy one is handled meanwhile", () => readers.count("end healthy 1") === 1, 5000);
  expect(await listDeadLetters(bed.bus)).toEqual([]);
});

test("a reader that starts after the facts gets them all; fresh ids and older versions change nothing", async () => {
  const versions = [3, 1, 2, 3, 1];
  for (const version of versions) await readers.publish("set", version);
  await readers.start();
  await readers.settled();
  expect(versions.length).toBe(5);
  expect(
    readers
      .journal()
      .split("\n")
      .filter((l) => l.startsWith("begin set")).length,
  ).toBe(5);
  const [reader] = readers.readers;
  reader?.kill("SIGTERM");
  if (reader) await once(reader, "exit");
  await using store = await openStore(`file:${join(bed.dir, "reader", "store")}`);
  const seen = await store.collection<{ version: number }>({ name: "seen", fields: {} });
  expect((await seen.load("set"))?.state.version).toBe(3);
});

test("a tail runs in every replica", async () => {
  await using stack = new AsyncDisposableStack();
  const told: string[] = [];
  const identityDir = await bed.identity("service", "matching");
  for (const replica of ["one", "two"]) {
    const bus = stack.use(await connectBus({ name: "matching", natsUrl: bed.nats.url, identityDir, log }));
    stack.use(startTail(bus, "release", async (event) => void told.push(`${replica} ${event.data.setId}`)));
  }
  await eventually("both are told of what comes after they began", async () => {
    await readers.publish("news");
    return new Set(told).size === 2;
  });
  await readers.publish("last");
  await eventually("both are told of the same one", () => told.filter((line) => line.endsWith("last")).length === 2);
  expect([...new Set(told)].toSorted()).toEqual(["one last", "one news", "two last", "two news"]);
});

test("a full stream: the outbox holds, health says degraded, and once there is room everything leaves in order", async () => {
  await applyBus(bed.bus.manager, { ackWaitMs: 1000, maxMessages: 2 });
  await using producer = await startProducer();
  const { sets, health } = producer;
  for (let i = 0; i < 5; i++)
    await sets.insert(`s${i}`, { n: i }, eventOf(nouns.release, "activated", `s${i}`, release(`s${i}`), new Date()));
  await eventually("degraded", () => health.degraded.has("outbox:STREAM_FULL"));
  expect((await bed.published(nouns.release)).length).toBe(2);
  expect((await sets.outbox.pending(10)).length).toBe(3);
  await applyBus(bed.bus.manager, { ackWaitMs: 1000, maxMessages: -1 });
  await eventually("drained", async () => (await sets.outbox.pending(10)).length === 0);
  await eventually("no longer degraded", () => health.degraded.size === 0);
  expect((await bed.published(nouns.release)).map((p) => p.data.setId).toSorted()).toEqual([
    "s0",
    "s1",
    "s2",
    "s3",
    "s4",
  ]);
});

test("nats-server killed and started again: what was saved meanwhile leaves, readers go on", async () => {
  await using producer = await startProducer();
  const { sets, health } = producer;
  await readers.start();
  const save = (id: string) =>
    sets.insert(id, { n: 1 }, eventOf(nouns.release, "activated", id, release(id), new Date()));
  await save("before");
  await eventually("the first is handled", () => readers.count("end before 1") === 1);
  await bed.nats.kill("SIGKILL");
  await save("during");
  await eventually("degraded", () => health.degraded.has("outbox:BUS_UNAVAILABLE"), 20_000);
  await bed.nats.restart();
  await eventually("the second is handled", () => readers.count("end during 1") === 1, 20_000);
  await save("after");
  await eventually("the third is handled", () => readers.count("end after 1") === 1, 20_000);
  expect(await sets.outbox.pending(10)).toEqual([]);
});

test("a stream lost and made anew: apply makes the consumers anew, republish brings the same end states", async () => {
  await using producer = await startProducer();
  const { sets, relay } = producer;
  await readers.start();
  for (const id of ["x", "y"]) {
    await sets.insert(id, { n: 1 }, eventOf(nouns.release, "activated", id, release(id), new Date()));
  }
  await eventually("both handled", () => readers.count("end x 1") === 1 && readers.count("end y 1") === 1);
  await bed.bus.manager.streams.delete("HASHLISTS");
  const made = await applyBus(bed.bus.manager, { ackWaitMs: 1000 });
  expect(made).toEqual(["HASHLISTS", "HASHLISTS/matching-release"]);
  expect(await relay.republish()).toBe(2);
  await eventually("both handled again", () => readers.count("end x 1") === 2 && readers.count("end y 1") === 2);
  expect((await bed.published(nouns.release)).map((p) => p.version)).toEqual([1, 1]);
});

async function startProducer() {
  const stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(`file:${join(bed.dir, "producer")}`));
  const sets = await store.collection<{ n: number }>({ name: "sets", fields: {} });
  const identityDir = await bed.identity("service", "hashlists");
  const bus = stack.use(await connectBus({ name: "hashlists", natsUrl: bed.nats.url, identityDir, log }));
  const health = new Health(log);
  const relay = stack.use(startRelay(bus, store, health, 200));
  return { sets, health, relay, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
}
