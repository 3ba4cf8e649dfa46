import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLog, Health } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  applyBus,
  connectBus,
  eventOf,
  listDeadLetters,
  nouns,
  resendDeadLetter,
  startRelay,
  startTail,
} from "../src/index.ts";

let bed: TestBed;
let readers: ChildProcess[];
beforeEach(async () => {
  bed = await startTestBed();
  readers = [];
});
afterEach(async () => {
  for (const reader of readers) if (reader.exitCode === null && reader.signalCode === null) reader.kill("SIGKILL");
  await bed[Symbol.asyncDispose]();
});

const log = createLog("test", "silent");
const release = (setId: string) => ({
  setId,
  policy: undefined,
  activeReleaseId: "",
  entryCount: 0n,
  counter: 1n,
  activatedTime: undefined,
});
const publish = (setId: string, version = 1, id?: string) =>
  bed.publish(nouns.release, "activated", setId, version, release(setId), id);

/** Starts the reader process; its journal has a line for each handling that began and that ended. */
async function startReader(name = "reader", environment: Record<string, string> = {}): Promise<ChildProcess> {
  const identity = await bed.identity("service", "matching");
  const args = [bed.nats.url, identity, `file:${join(bed.dir, name, "store")}`, join(bed.dir, "journal")];
  const reader = fork(join(import.meta.dirname, "../fixtures/reader.ts"), args, {
    env: { ...process.env, ...environment },
  });
  readers.push(reader);
  return reader;
}
const journal = () => (existsSync(join(bed.dir, "journal")) ? readFileSync(join(bed.dir, "journal"), "utf8") : "");
const count = (line: string) =>
  journal()
    .split("\n")
    .filter((l) => l === line).length;
const settled = () =>
  eventually("nothing pending", async () => {
    const info = await bed.bus.manager.consumers.info("HASHLISTS", "matching-release");
    return info.num_pending === 0 && info.num_ack_pending === 0;
  });

/** Restarts the reader each time it is killed, until it stays alive for its queue; returns how often it was killed. */
async function reviveUntil(done: () => Promise<boolean>): Promise<number> {
  let kills = 0;
  for (let finished = false; !finished;) {
    const reader = await startReader();
    const died = once(reader, "exit").then(() => true);
    const ended = eventually("done", done, 20_000).then(
      () => false,
      () => false,
    );
    if (await Promise.race([died, ended])) kills++;
    else finished = true;
  }
  return kills;
}

test("a message that kills its handler five times is dead-lettered; its neighbours are not; cured, it is handled again", async () => {
  for (const id of ["a", "b", "poison", "c", "d"]) await publish(id);
  const kills = await reviveUntil(async () => (await listDeadLetters(bed.bus)).length > 0 && count("end d 1") > 0);
  expect(kills).toBe(5);
  expect(count("begin poison 1")).toBe(5);
  const letters = await listDeadLetters(bed.bus);
  expect(letters).toMatchObject([{ reader: "matching", noun: "release", reason: "EVENT_KILLED_ITS_HANDLER" }]);
  for (const id of ["a", "b", "c", "d"]) expect(count(`end ${id} 1`)).toBeGreaterThan(0);
  await settled();

  const sick = readers.at(-1);
  sick?.kill("SIGTERM");
  if (sick?.exitCode === null) await once(sick, "exit");
  await startReader("reader", { NTD_TEST_CURED: "1" });
  await resendDeadLetter(bed.bus, letters[0]?.sequence ?? 0);
  await eventually("the resent one is handled", () => count("end poison 1") === 1);
  expect(await listDeadLetters(bed.bus)).toEqual([]);
});

test("what is in hand beside a message that kills its handler is not held to have killed it", async () => {
  for (const id of ["slow-1", "poison", "slow-2"]) await publish(id);
  await reviveUntil(async () => (await listDeadLetters(bed.bus)).length > 0 && count("end slow-2 1") > 0);
  await settled();
  expect([(await listDeadLetters(bed.bus)).length, count("begin poison 1"), count("end slow-1 1")]).toEqual([1, 5, 1]);
});

test("a failure without a name is tried five times and then dead-lettered; a retryable one never is", async () => {
  await startReader();
  for (const id of ["flaky", "bug", "a"]) await publish(id);
  await eventually("the bug is dead-lettered", async () => (await listDeadLetters(bed.bus)).length === 1, 40_000);
  await settled();
  expect([count("begin bug 1"), count("end a 1"), count("end flaky 1"), count("begin flaky 1")]).toEqual([5, 1, 1, 2]);
});

test("a handler slower than its ack wait is not given to a second reader on the same durable", async () => {
  await startReader("one");
  await startReader("two");
  for (let i = 0; i < 6; i++) await publish(`slow-${i}`);
  await eventually("all six ended", () => [0, 1, 2, 3, 4, 5].every((i) => count(`end slow-${i} 1`) === 1), 20_000);
  await settled();
  for (let i = 0; i < 6; i++) expect(count(`begin slow-${i} 1`)).toBe(1);
});

test("a backlog does not outlive its ack wait while it waits for a free hand: each message is begun once, eight at a time", async () => {
  const ids = Array.from({ length: 48 }, (_, i) => `steady-${i}`);
  for (const id of ids) await publish(id);
  await startReader();
  await eventually("all ended", () => ids.every((id) => count(`end ${id} 1`) === 1), 20_000);
  await settled();
  expect(ids.filter((id) => count(`begin ${id} 1`) !== 1)).toEqual([]);
  let [inHand, most] = [0, 0];
  for (const [, move] of journal().matchAll(/^(begin|end) steady/gm)) {
    inHand += move === "begin" ? 1 : -1;
    most = Math.max(most, inHand);
  }
  expect(most).toBe(8);
});

test("messages that wait for an absent peer do not hold up the others", async () => {
  await startReader();
  for (let i = 0; i < 10; i++) await publish(`away-${i}`);
  await eventually(
    "they have all come again",
    () => Array.from({ length: 10 }, (_, i) => count(`begin away-${i} 1`) > 1).every(Boolean),
    20_000,
  );
  await publish("healthy");
  await eventually("the healthy one is handled meanwhile", () => count("end healthy 1") === 1, 5000);
  expect(await listDeadLetters(bed.bus)).toEqual([]);
});

test("a reader that starts after the facts gets them all; fresh ids and older versions change nothing", async () => {
  const versions = [3, 1, 2, 3, 1];
  for (const version of versions) await publish("set", version);
  await startReader();
  await settled();
  expect(versions.length).toBe(5);
  expect(
    journal()
      .split("\n")
      .filter((l) => l.startsWith("begin set")).length,
  ).toBe(5);
  readers[0]?.kill("SIGTERM");
  if (readers[0]) await once(readers[0], "exit");
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
    await publish("news");
    return new Set(told).size === 2;
  });
  await publish("last");
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
  await startReader();
  const save = (id: string) =>
    sets.insert(id, { n: 1 }, eventOf(nouns.release, "activated", id, release(id), new Date()));
  await save("before");
  await eventually("the first is handled", () => count("end before 1") === 1);
  await bed.nats.kill("SIGKILL");
  await save("during");
  await eventually("degraded", () => health.degraded.has("outbox:BUS_UNAVAILABLE"), 20_000);
  await bed.nats.restart();
  await eventually("the second is handled", () => count("end during 1") === 1, 20_000);
  await save("after");
  await eventually("the third is handled", () => count("end after 1") === 1, 20_000);
  expect(await sets.outbox.pending(10)).toEqual([]);
});

test("a stream lost and made anew: apply makes the consumers anew, republish brings the same end states", async () => {
  await using producer = await startProducer();
  const { sets, relay } = producer;
  await startReader();
  for (const id of ["x", "y"]) {
    await sets.insert(id, { n: 1 }, eventOf(nouns.release, "activated", id, release(id), new Date()));
  }
  await eventually("both handled", () => count("end x 1") === 1 && count("end y 1") === 1);
  await bed.bus.manager.streams.delete("HASHLISTS");
  const made = await applyBus(bed.bus.manager, { ackWaitMs: 1000 });
  expect(made).toEqual(["HASHLISTS", "HASHLISTS/matching-release"]);
  expect(await relay.republish()).toBe(2);
  await eventually("both handled again", () => count("end x 1") === 2 && count("end y 1") === 2);
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
