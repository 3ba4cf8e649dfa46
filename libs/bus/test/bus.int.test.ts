import { createLog, Health, Problem } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { join } from "node:path";
import { headers as natsHeaders } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examples } from "./examples.ts";
import {
  applyBus,
  connectBus,
  eventOf,
  listDeadLetters,
  nouns,
  resendDeadLetter,
  startRelay,
  startWork,
} from "../src/index.ts";

let bed: TestBed;
const log = createLog("test", process.env["NTD_TEST_LOG"] ?? "silent");
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const release = (setId: string, counter = 1n) => ({
  setId,
  policy: undefined,
  activeReleaseId: "",
  entryCount: 0n,
  counter,
  activatedTime: undefined,
});

test("a saved event reaches the reader's handler, a terminal problem its dead letter, and a resend the handler again", async () => {
  await using stack = new AsyncDisposableStack();
  const producerStore = stack.use(await openStore(`file:${join(bed.dir, "producer.sqlite")}`));
  const sets = await producerStore.collection<{ n: number }>({ name: "sets", fields: {} });
  const readerStore = stack.use(await openStore(`file:${join(bed.dir, "reader.sqlite")}`));
  const connect = async (name: string) =>
    stack.use(await connectBus({ name, natsUrl: bed.nats.url, identityDir: await bed.identity("service", name), log }));
  const hashlists = await connect("hashlists");
  const matching = await connect("matching");
  stack.use(startRelay(hashlists, producerStore, new Health(log)));
  const seen: string[] = [];
  let refuse = true;
  stack.use(
    await startWork(matching, readerStore, "matching", {
      async release(event) {
        if (event.data.setId === "bad" && refuse) throw new Problem("EVENT_UNREADABLE", "refused by the test");
        seen.push(`${event.data.setId}@${event.version}`);
      },
    }),
  );
  for (const id of ["a", "bad", "b"]) {
    await sets.insert(id, { n: 1 }, eventOf(nouns.release, "activated", id, release(id), new Date()));
  }
  await eventually("both good ones handled", () => seen.length === 2);
  const [letter] = await eventually("one dead letter", async () => {
    const letters = await listDeadLetters(bed.bus);
    return letters.length === 1 && letters;
  });
  expect(letter).toMatchObject({ reader: "matching", noun: "release", reason: "EVENT_UNREADABLE" });
  refuse = false;
  await resendDeadLetter(bed.bus, letter?.sequence ?? 0);
  await eventually("the third handled", () => seen.length === 3);
  expect(seen.toSorted()).toEqual(["a@1", "b@1", "bad@1"]);
  expect(await sets.outbox.pending(10)).toEqual([]);
});

test("what was sent again and handled makes room for what is sent again later", async () => {
  const { jetstream, manager } = bed.bus;
  const { config } = await manager.streams.info("REDRIVE");
  await manager.streams.update("REDRIVE", { ...config, max_msgs: 1 });
  for (const id of ["first", "second"]) {
    const headers = natsHeaders();
    headers.set("ntd-reason", "EVENT_UNREADABLE");
    headers.set("ce-id", id);
    await jetstream.publish("dead.matching.release", id, { headers });
  }
  const [first, second] = await listDeadLetters(bed.bus);
  await resendDeadLetter(bed.bus, first?.sequence ?? 0);
  await expect(resendDeadLetter(bed.bus, second?.sequence ?? 0)).rejects.toThrow();
  const consumer = await jetstream.consumers.get("REDRIVE", "matching-release");
  await (await consumer.next({ expires: 5000 }))?.ackAck();
  await resendDeadLetter(bed.bus, second?.sequence ?? 0);
  expect(await listDeadLetters(bed.bus)).toEqual([]);
  await (await consumer.next({ expires: 5000 }))?.ackAck();
  await manager.streams.update("REDRIVE", config);
});

test("two readers on one durable in one process: each message is handled once, by one of them", async () => {
  await using stack = new AsyncDisposableStack();
  const identityDir = await bed.identity("service", "takedown");
  const seen: string[] = [];
  for (const reader of ["one", "two"]) {
    const store = stack.use(await openStore(`file:${join(bed.dir, `shared-${reader}.sqlite`)}`));
    const bus = stack.use(await connectBus({ name: "takedown", natsUrl: bed.nats.url, identityDir, log }));
    const target = async ({ aggregateId }: { aggregateId: string }) => void seen.push(`${reader} ${aggregateId}`);
    stack.use(await startWork(bus, store, "takedown", { target }));
  }
  const ids = Array.from({ length: 60 }, (_, i) => `t${i}`);
  for (const id of ids) await bed.publish(nouns.target, "present", id, 1, examples.target);
  await eventually("all handled", () => seen.length >= ids.length);
  expect(seen.map((s) => s.split(" ")[1] ?? "").toSorted()).toEqual(ids.toSorted());
  expect(new Set(seen.map((s) => s.split(" ")[0])).size).toBe(2);
});

test("a message whose dead letter cannot be written is not lost: it comes again until it is written", async () => {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(`file:${join(bed.dir, "refusing.sqlite")}`));
  const identityDir = await bed.identity("service", "matching");
  const matching = stack.use(await connectBus({ name: "matching", natsUrl: bed.nats.url, identityDir, log }));
  await bed.bus.manager.streams.delete("DEAD");
  let begun = 0;
  stack.use(
    await startWork(matching, store, "matching", {
      async release() {
        begun++;
        throw new Problem("EVENT_UNREADABLE", "refused by the test");
      },
    }),
  );
  await bed.publish(nouns.release, "activated", "unwanted", 1, release("unwanted"));
  await eventually("it has come again", () => begun > 1);
  await applyBus(bed.bus.manager, { ackWaitMs: 1000 });
  await eventually("its dead letter is there", async () => (await listDeadLetters(bed.bus)).length === 1);
  await eventually("nothing is pending", async () => {
    const info = await bed.bus.manager.consumers.info("HASHLISTS", "matching-release");
    return info.num_pending === 0 && info.num_ack_pending === 0;
  });
});
