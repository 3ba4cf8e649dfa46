import { DeliverPolicy, JetStreamApiError } from "@nats-io/jetstream";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { applyBus, durablesOf, nouns, producers } from "../src/index.ts";

let bed: TestBed;
beforeEach(async () => {
  bed = await startTestBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

const options = { ackWaitMs: 1000 };
const pending = async () => (await bed.bus.manager.consumers.info("HASHLISTS", "matching-release")).num_pending;

/** Publishes `count` releases and acknowledges each of them as matching would. */
async function handled(count: number): Promise<void> {
  const release = { setId: "s", policy: undefined, activeReleaseId: "", entryCount: 0n, counter: 1n };
  for (let version = 1; version <= count; version++) {
    await bed.publish(nouns.release, "activated", "s", version, { ...release, activatedTime: undefined });
  }
  const consumer = await bed.bus.jetstream.consumers.get("HASHLISTS", "matching-release");
  for (let i = 0; i < count; i++) await (await consumer.next())?.ackAck();
  expect(await pending()).toBe(0);
}

test("no fact is dropped or forgotten, every stream has bounds, no durable gives up; a second apply makes nothing", async () => {
  expect(await applyBus(bed.bus.manager, options)).toEqual([]);
  const streams = await bed.bus.manager.streams.list().next();
  expect(streams.length).toBe(producers.length + 2);
  for (const { config } of streams) {
    expect([config.name, config.discard, config.max_bytes > 0]).toEqual([config.name, "new", true]);
    const isFacts = producers.some((p) => p.toUpperCase() === config.name);
    expect([config.name, config.max_age === 0, config.max_msgs < 0]).toEqual([config.name, isFacts, isFacts]);
  }
  for (const { stream, name } of producers.flatMap(durablesOf)) {
    const { config } = await bed.bus.manager.consumers.info(stream, name);
    expect([name, config.max_deliver ?? -1, config.deliver_policy]).toEqual([name, -1, "all"]);
  }
});

test("a stream of an earlier release gets bounds; bounds that an operator set stay", async () => {
  const { manager } = bed.bus;
  const bound = async () => (await manager.streams.info("HASHLISTS")).config.max_bytes;
  await manager.streams.update("HASHLISTS", { max_bytes: -1 });
  await applyBus(manager, options);
  expect(await bound()).toBe(2 ** 30);
  await applyBus(manager, { ...options, maxBytes: 5_000_000 });
  await applyBus(manager, options);
  expect(await bound()).toBe(5_000_000);
});

test("cut off while the bounds were raised, the next time goes on", async () => {
  const { manager } = bed.bus;
  const { streams } = manager;
  await streams.delete("HASHLISTS");
  const update = streams.update.bind(streams);
  streams.update = (name, config) =>
    name === "HASHLISTS" ? Promise.reject(new Error("cut off")) : update(name, config);
  await expect(applyBus(manager, options)).rejects.toThrow("cut off");
  streams.update = update;
  const bound = async () => (await streams.info("HASHLISTS")).config.max_bytes;
  expect(await bound()).toBe(2 ** 24);
  await applyBus(manager, options);
  expect(await bound()).toBe(2 ** 30);
});

test("a disk that is too small for the bounds is shared by all streams; a bound that was asked for is refused with a sentence", async () => {
  const { manager } = bed.bus;
  const names = [];
  for await (const { config } of manager.streams.list()) names.push(config.name);
  for (const name of names) await manager.streams.delete(name);
  const room = 3 * 2 ** 30;
  const bounds = new Map<string, number>();
  const taking = async <T>(name: string, bytes: number, apply: () => Promise<T>): Promise<T> => {
    const others = [...bounds].reduce((sum, [other, bound]) => sum + (other === name ? 0 : bound), 0);
    if (others + bytes > room) {
      const description = "insufficient storage resources available";
      throw new JetStreamApiError({ code: 500, err_code: 10_047, description });
    }
    bounds.set(name, bytes);
    return apply();
  };
  const { streams } = manager;
  const [add, update] = [streams.add.bind(streams), streams.update.bind(streams)];
  streams.add = (config) => taking(config.name, config.max_bytes ?? 0, () => add(config));
  streams.update = (name, config) => taking(name, config.max_bytes ?? 0, () => update(name, config));
  await applyBus(manager, options);
  const facts = producers.map((p) => bounds.get(p.toUpperCase()) ?? 0);
  expect(Math.max(...facts)).toBeLessThanOrEqual(2 * Math.min(...facts));
  expect(facts.every((bytes) => bytes >= 2 ** 27)).toBe(true);
  expect([bounds.get("DEAD"), bounds.get("REDRIVE")]).toEqual([2 ** 28, 2 ** 28]);
  await expect(applyBus(manager, { ...options, maxBytes: 2 ** 29 })).rejects.toMatchObject({
    reason: "STREAM_FULL",
    message: expect.stringMatching(/512 MiB of stream .*max_file_store.*--max-bytes/) as string,
  });
});

test("after a restore every consumer is made anew and gets every message again", async () => {
  await handled(2);
  const made = await applyBus(bed.bus.manager, { ...options, recreateConsumers: true });
  expect(made.toSorted()).toEqual(
    producers
      .flatMap(durablesOf)
      .map(({ stream, name }) => `${stream}/${name}`)
      .toSorted(),
  );
  expect(await pending()).toBe(2);
});

test("a consumer that remembers more than its stream holds is made anew: it gets what is published then", async () => {
  const { manager } = bed.bus;
  const { config } = await manager.consumers.info("HASHLISTS", "matching-release");
  await manager.consumers.delete("HASHLISTS", "matching-release");
  const { durable_name = "", filter_subject = "", ack_policy } = config;
  const ahead = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: 100 };
  const made = await manager.consumers.add("HASHLISTS", { durable_name, filter_subject, ack_policy, ...ahead });
  expect(made.delivered.stream_seq).toBe(99);
  expect(await applyBus(manager, options)).toEqual(["HASHLISTS/matching-release"]);
  await handled(1);
});
