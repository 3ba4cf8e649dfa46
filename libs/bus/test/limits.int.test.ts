import { once } from "node:events";
import { join } from "node:path";
import { createLog, Problem } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectBus, listDeadLetters, startWork, type Handlers } from "../src/index.ts";
import { openReadersBed, type ReadersBed } from "./readers.ts";

let readers: ReadersBed;
let bed: TestBed;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  readers = stack.use(await openReadersBed());
  bed = readers.bed;
});
afterEach(() => stack[Symbol.asyncDispose]());

const log = createLog("test", process.env["NTD_TEST_LOG"] ?? "silent");

async function read(release: Handlers<"release">["release"], limitMs: number): Promise<AsyncDisposable> {
  const store = stack.use(await openStore(`file:${join(bed.dir, "reader.sqlite")}`));
  const identityDir = await bed.identity("service", "matching");
  const bus = stack.use(await connectBus({ name: "matching", natsUrl: bed.nats.url, identityDir, log }));
  return stack.use(await startWork(bus, store, "matching", { release }, { limitMs }));
}

test("a handler past its limit is cancelled by its signal and comes again; whatever it ends with, it is no dead letter", async () => {
  let cancelled = 0;
  let well = false;
  await readers.publish("slow");
  await read(async (_, { signal }) => {
    if (well) return;
    await once(signal, "abort");
    cancelled++;
    throw cancelled === 1 ? new Problem("FIELD_INVALID") : new Error("cut off");
  }, 300);
  await eventually("cancelled twice", () => cancelled === 2, 20_000);
  well = true;
  await readers.settled();
  expect(await listDeadLetters(bed.bus)).toEqual([]);
});

test("one that ignores its signal keeps its message: no retry runs beside it", async () => {
  let [inHand, most, ends] = [0, 0, 0];
  await readers.publish("deaf");
  await read(async (_, { signal }) => {
    most = Math.max(most, ++inHand);
    await once(signal, "abort");
    // Twice the ack wait, in which a second reader would get it.
    const info = () => bed.bus.manager.consumers.info("HASHLISTS", "matching-release");
    const until = performance.now() + 2000;
    while (performance.now() < until) expect((await info()).num_redelivered).toBe(0);
    inHand--;
    ends++;
  }, 3000);
  await readers.settled();
  expect([most, ends]).toEqual([1, 1]);
});

test("a drain cancels what does not end: the message is given back at once", async () => {
  await readers.publish("long");
  let reason = "";
  const begun = Promise.withResolvers<void>();
  const reading = await read(async (_, { signal }) => {
    begun.resolve();
    await once(signal, "abort");
    reason = Problem.from(signal.reason).reason;
    throw signal.reason;
  }, 60_000);
  await begun.promise;
  await reading[Symbol.asyncDispose]();
  expect(reason).toBe("SHUTTING_DOWN");
});

test("at twice its limit a handler that hangs ends the process, which counts as an attempt; cured, it is handled", async () => {
  const id = "11111111-1111-4111-8111-111111111111";
  await readers.publish("hang", 1, id);
  // Delivered once to nobody: a first delivery leaves no note.
  const consumer = await bed.bus.jetstream.consumers.get("HASHLISTS", "matching-release");
  (await consumer.next())?.nak();
  const reader = await readers.start("reader", { NTD_TEST_LIMIT_MS: "400" });
  const [code, signal] = (await once(reader, "exit")) as [number | null, string | null];
  expect([code, signal]).not.toEqual([0, null]);
  const storeUrl = `file:${join(bed.dir, "reader", "store")}`;
  {
    await using store = await openStore(storeUrl);
    const notes = await store.collection<{ begun: number }>({ name: "attempts", fields: {} });
    expect((await notes.load(`matching-release/${id}`))?.state).toEqual({ begun: 1 });
  }
  await readers.start("reader", { NTD_TEST_CURED: "1" });
  await readers.settled();
  expect([readers.count("begin hang 1"), readers.count("end hang 1")]).toEqual([2, 1]);
});
