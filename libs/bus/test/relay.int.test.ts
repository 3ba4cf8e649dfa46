import { join } from "node:path";
import { JetStreamApiError } from "@nats-io/jetstream";
import { createLog, Health } from "@ntd/service";
import { openStore, type Collection } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectBus, eventOf, nouns, startRelay, type Bus } from "../src/index.ts";
import { release } from "./readers.ts";

let bed: TestBed;
let bus: Bus;
let stack: AsyncDisposableStack;
let health: Health;
let sets: Collection<{ n: number }>;
const lines: { msg: string; level: number }[] = [];
const log = createLog("test", "info", { write: (line) => void lines.push(JSON.parse(line)) });
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  lines.length = 0;
  bed = stack.use(await startTestBed());
  const store = stack.use(await openStore(`file:${join(bed.dir, "producer")}`));
  sets = await store.collection<{ n: number }>({ name: "sets", fields: {} });
  const identityDir = await bed.identity("service", "hashlists");
  bus = stack.use(await connectBus({ name: "hashlists", natsUrl: bed.nats.url, identityDir, log }));
  health = new Health(log);
  stack.use(startRelay(bus, store, health, 50));
});
afterEach(() => stack[Symbol.asyncDispose]());

const warned = () => lines.filter(({ level }) => level >= 40).map(({ msg }) => msg);
/** Several sweeps have passed. */
async function sweeps(): Promise<void> {
  const pending = sets.outbox.pending.bind(sets.outbox);
  let looks = 0;
  sets.outbox.pending = (limit) => (looks++, pending(limit));
  await eventually("five sweeps", () => looks >= 5);
}

/** Writes the one document `times` more times, each write with an event. */
async function write(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const data = { setId: "set", policy: undefined, activeReleaseId: "", entryCount: 0n, counter: 1n };
    const event = eventOf(nouns.release, "activated", "set", { ...data, activatedTime: undefined }, new Date());
    const found = await sets.load("set");
    const written = found === undefined ? sets.insert("set", { n: 1 }, event) : sets.save(found, { n: i }, event);
    expect(await written).toBeDefined();
  }
}
const allLeft = () => eventually("all have left", async () => (await sets.outbox.pending(10)).length === 0, 20_000);
const versions = async () => (await bed.published(nouns.release)).map((p) => p.version);

test("an event that was acknowledged but not taken out of the outbox leaves again, and is there once", async () => {
  // As when the process ends between the two.
  const remove = sets.outbox.removeEvents.bind(sets.outbox);
  let cuts = 0;
  sets.outbox.removeEvents = async (id, eventIds) => {
    if (++cuts <= 2) throw new Error("cut off");
    await remove(id, eventIds);
  };
  await write(1);
  await allLeft();
  expect([cuts, await versions()]).toEqual([3, [1]]);
});

test("an event that the bus refuses holds back those behind it: all leave in the order in which they were written", async () => {
  const publish = bus.jetstream.publish.bind(bus.jetstream);
  let refusals = Infinity;
  bus.jetstream.publish = async (...message) => {
    if (refusals-- > 0) throw new Error("refused");
    return publish(...message);
  };
  await write(6);
  refusals = 1;
  await allLeft();
  expect(await versions()).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a bus that is away for many sweeps is one line in the log, and one when it is back", async () => {
  const publish = bus.jetstream.publish.bind(bus.jetstream);
  bus.jetstream.publish = () => Promise.reject(new Error("away"));
  await write(3);
  await sweeps();
  bus.jetstream.publish = publish;
  await allLeft();
  expect(warned()).toEqual(["degraded", "no longer degraded"]);
  expect(await versions()).toEqual([1, 2, 3]);
});

test("an event that the bus will never take is one line in the log; the others leave", async () => {
  const publish = bus.jetstream.publish.bind(bus.jetstream);
  let tries = 0;
  bus.jetstream.publish = async (subject, data, options) => {
    if (data?.length !== 3) return publish(subject, data, options);
    tries++;
    throw new JetStreamApiError({ code: 400, err_code: 10_054, description: "message size exceeds maximum allowed" });
  };
  const event = { ...eventOf(nouns.release, "activated", "big", release("big"), new Date()), data: new Uint8Array(3) };
  await sets.insert("big", { n: 1 }, event);
  await write(1);
  await sweeps();
  expect(await versions()).toEqual([1]);
  expect([tries, health.degraded.has("outbox:TOO_LARGE"), await sets.outbox.pending(10)]).toEqual([1, true, ["big"]]);
  expect(warned()).toEqual(["an event cannot leave; its document holds it", "degraded"]);
});
