import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createLog, Health, sealer, watchSealingKeys } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  applyBus,
  connectBus,
  eventOf,
  listDeadLetters,
  nouns,
  startRelay,
  startWork,
  type Handlers,
} from "../src/index.ts";
import { examples } from "./examples.ts";
import { release } from "./readers.ts";

let bed: TestBed;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  bed = stack.use(await startTestBed());
});
afterEach(() => stack[Symbol.asyncDispose]());

const log = createLog("test", "silent");
const connect = async (name: string) =>
  stack.use(await connectBus({ name, natsUrl: bed.nats.url, identityDir: await bed.identity("service", name), log }));
const open = async (name: string) => stack.use(await openStore(`file:${join(bed.dir, `${name}.sqlite`)}`));

test("reader, owner and streams may come in any order: the reader first, the streams last", async () => {
  await bed.bus.manager.streams.delete("HASHLISTS");
  const seen: string[] = [];
  const handlers: Handlers<"release"> = { release: async ({ aggregateId }) => void seen.push(aggregateId) };
  stack.use(await startWork(await connect("matching"), await open("matching"), "matching", handlers));
  const store = await open("hashlists");
  const sets = await store.collection<{ n: number }>({ name: "sets", fields: {} });
  const health = new Health(log);
  stack.use(startRelay(await connect("hashlists"), store, health, 100));
  await sets.insert("s", { n: 1 }, eventOf(nouns.release, "activated", "s", release("s"), new Date()));
  await eventually("the event waits in its outbox", () => health.degraded.has("outbox:BUS_UNAVAILABLE"));
  await applyBus(bed.bus.manager, { ackWaitMs: 1000 });
  await eventually("handled", () => seen.length === 1);
  expect(await sets.outbox.pending(1)).toEqual([]);
});

test("keys may come in any order: sealed by one that is not here yet waits for it, by one that is gone is a dead letter", async () => {
  const keys = { "2026-10": 10, "2026-11": 11, "2026-12": 12 };
  const key = (month: keyof typeof keys) => new Uint8Array(32).fill(keys[month]);
  const file = join(bed.dir, "keys.json");
  const write = (...months: (keyof typeof keys)[]) => {
    const held = months.map((id) => ({ id, key: Buffer.from(key(id)).toString("base64") }));
    return writeFile(file, JSON.stringify({ keys: held }), { mode: 0o600 });
  };
  await write("2026-11");
  const opener = stack.use(watchSealingKeys(file, log));
  const opened: string[] = [];
  let tries = 0;
  const handlers: Handlers<"target"> = {
    async target({ data: { address } }) {
      tries++;
      if (address !== undefined) opened.push(opener.open(address));
    },
  };
  stack.use(await startWork(await connect("takedown"), await open("takedown"), "takedown", handlers));
  for (const month of ["2026-10", "2026-11", "2026-12"] as const) {
    const address = sealer(new Map([[month, key(month)]])).seal(month, "address", new Date(`${month}-02`));
    await bed.publish(nouns.target, "present", month, 1, { ...examples.target, targetId: month, address });
  }
  await eventually("each was tried, the newest more than once", () => tries > 4);
  expect(opened).toEqual(["2026-11"]);
  expect((await listDeadLetters(bed.bus)).map(({ reason }) => reason)).toEqual(["SEALING_KEY_MISSING"]);
  await write("2026-11", "2026-12");
  await eventually("opened once its key is here", () => opened.includes("2026-12"));
  expect((await listDeadLetters(bed.bus)).length).toBe(1);
});
