import { join } from "node:path";
import { createLog, Health } from "@ntd/service";
import { openStore, type Collection } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectBus, eventOf, nouns, startRelay, type Bus } from "../src/index.ts";

let bed: TestBed;
let bus: Bus;
let stack: AsyncDisposableStack;
let sets: Collection<{ n: number }>;
const log = createLog("test", "silent");
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  bed = stack.use(await startTestBed());
  const store = stack.use(await openStore(`file:${join(bed.dir, "producer")}`));
  sets = await store.collection<{ n: number }>({ name: "sets", fields: {} });
  const identityDir = await bed.identity("service", "hashlists");
  bus = stack.use(await connectBus({ name: "hashlists", natsUrl: bed.nats.url, identityDir, log }));
  stack.use(startRelay(bus, store, new Health(log), 200));
});
afterEach(() => stack[Symbol.asyncDispose]());

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
