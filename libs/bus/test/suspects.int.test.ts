import { once } from "node:events";
import { join } from "node:path";
import { createLog, Problem } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectBus, listDeadLetters, nouns, resendDeadLetter, startWork } from "../src/index.ts";
import { examples } from "./examples.ts";
import { openReadersBed, type ReadersBed } from "./readers.ts";

let readers: ReadersBed;
let bed: TestBed;
beforeEach(async () => {
  readers = await openReadersBed();
  bed = readers.bed;
});
afterEach(() => readers[Symbol.asyncDispose]());

const log = createLog("test", process.env["NTD_TEST_LOG"] ?? "silent");

test("a message that kills its handler five times is dead-lettered; its neighbours are not; cured, it is handled again", async () => {
  for (const id of ["a", "b", "poison", "c", "d"]) await readers.publish(id);
  const kills = await readers.reviveUntil(
    async () => (await listDeadLetters(bed.bus)).length > 0 && readers.count("end d 1") > 0,
  );
  expect(kills).toBe(5);
  expect(readers.count("begin poison 1")).toBe(5);
  const letters = await listDeadLetters(bed.bus);
  expect(letters).toMatchObject([{ reader: "matching", noun: "release", reason: "EVENT_KILLED_ITS_HANDLER" }]);
  for (const id of ["a", "b", "c", "d"]) expect(readers.count(`end ${id} 1`)).toBeGreaterThan(0);
  await readers.settled();

  const sick = readers.readers.at(-1);
  sick?.kill("SIGTERM");
  if (sick?.exitCode === null) await once(sick, "exit");
  await readers.start("reader", { NTD_TEST_CURED: "1" });
  await resendDeadLetter(bed.bus, letters[0]?.sequence ?? 0);
  await eventually("the resent one is handled", () => readers.count("end poison 1") === 1);
  expect(await listDeadLetters(bed.bus)).toEqual([]);
});

test("what is in hand beside a message that kills its handler is not held to have killed it", async () => {
  for (const id of ["slow-1", "poison", "slow-2"]) await readers.publish(id);
  await readers.reviveUntil(
    async () => (await listDeadLetters(bed.bus)).length > 0 && readers.count("end slow-2 1") > 0,
  );
  await readers.settled();
  expect([
    (await listDeadLetters(bed.bus)).length,
    readers.count("begin poison 1"),
    readers.count("end slow-1 1"),
  ]).toEqual([1, 5, 1]);
});

test("a failure without a name is tried five times and then dead-lettered; a retryable one never is", async () => {
  await readers.start();
  for (const id of ["flaky", "bug", "a"]) await readers.publish(id);
  await eventually("the bug is dead-lettered", async () => (await listDeadLetters(bed.bus)).length === 1, 40_000);
  await readers.settled();
  expect([
    readers.count("begin bug 1"),
    readers.count("end a 1"),
    readers.count("end flaky 1"),
    readers.count("begin flaky 1"),
  ]).toEqual([5, 1, 1, 2]);
});

test("a slow message of another durable, in hand whenever the process ends, is not held to have ended it", async () => {
  await bed.publish(nouns.target, "present", "slow", 1, { ...examples.target, targetId: "slow" });
  await readers.publish("poison");
  await readers.reviveUntil(
    async () => (await listDeadLetters(bed.bus)).length > 0 && readers.count("end target slow 1") > 0,
  );
  await readers.settled();
  expect(await listDeadLetters(bed.bus)).toMatchObject([{ noun: "release" }]);
  expect(readers.count("begin target slow 1")).toBeGreaterThan(2);
});

/** Delivers `count` messages to nobody, so that they come again to whoever reads next, at once or after some time. */
async function delivered(count: number, restMs = 0): Promise<void> {
  const consumer = await bed.bus.jetstream.consumers.get("HASHLISTS", "matching-release");
  for await (const message of await consumer.fetch({ max_messages: count, expires: 5000 })) message.nak(restMs);
}

test.each([8, 60])(
  "healthy messages do not wait for %i redelivered ones whose peer takes its time to fail",
  async (n) => {
    await using stack = new AsyncDisposableStack();
    const away = Array.from({ length: n }, (_, i) => `away-${i}`);
    const healthy = Array.from({ length: 50 }, (_, i) => `healthy-${i}`);
    for (const id of away) await readers.publish(id);
    await delivered(away.length);
    for (const id of healthy) await readers.publish(id);
    const store = stack.use(await openStore(`file:${join(bed.dir, "reader.sqlite")}`));
    const identityDir = await bed.identity("service", "matching");
    const bus = stack.use(await connectBus({ name: "matching", natsUrl: bed.nats.url, identityDir, log }));
    // The peer answers when the healthy ones have ended, or never.
    const peer = Promise.withResolvers<void>();
    const [begun, ended] = [new Set<string>(), new Set<string>()];
    stack.use(
      await startWork(bus, store, "matching", {
        async release({ aggregateId: id }) {
          begun.add(id);
          if (id.startsWith("away")) {
            await peer.promise;
            throw new Problem("PEER_UNAVAILABLE");
          }
          ended.add(id);
        },
      }),
    );
    stack.defer(() => peer.resolve());
    await eventually("all healthy ones have ended while the others wait", () => ended.size === healthy.length);
    expect(away.filter((id) => begun.has(id)).length).toBe(8);
  },
);

test("a healthy message does not wait for a thousand that rest", async () => {
  await Promise.all(Array.from({ length: 1000 }, (_, i) => readers.publish(`away-${i}`)));
  await delivered(1000, 60_000);
  await readers.publish("healthy");
  await readers.start();
  await eventually("the healthy one has ended", () => readers.count("end healthy 1") === 1);
  expect(readers.count("begin away-0 1")).toBe(0);
});

test("one that ended with a retryable problem is no suspect in another replica; its note is gone", async () => {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(`file:${join(bed.dir, "shared.sqlite")}`));
  const notes = await store.collection({ name: "attempts", fields: {} });
  const identityDir = await bed.identity("service", "matching");
  await readers.publish("away");
  await delivered(1);
  // Replicas share a store: here one after the other, since SQLite has one process a file.
  for (const replica of [1, 2]) {
    await using one = new AsyncDisposableStack();
    const bus = one.use(await connectBus({ name: "matching", natsUrl: bed.nats.url, identityDir, log }));
    let noted = -1;
    one.use(
      await startWork(bus, store, "matching", {
        async release() {
          noted = (await notes.count()).count;
          throw new Problem("PEER_UNAVAILABLE");
        },
      }),
    );
    await eventually(`replica ${replica} has begun it, with a note`, () => noted === 1);
    await eventually("and ended it, without", async () => (await notes.count()).count === 0);
  }
});
