import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, Health } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { mountSmallDisk } from "@ntd/testing/small-disk";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { brokenStreams, busCheck, connectBus, eventOf, nouns, resendDeadLetter, startRelay } from "../src/index.ts";
import { release } from "./readers.ts";

const dir = mkdtempSync(join(tmpdir(), "ntd-full-bus-"));
const disk = mountSmallDisk(join(dir, "disk"), 300);
const missing = typeof disk === "string" ? disk : undefined;
const small = typeof disk === "string" ? undefined : disk;
let stack: AsyncDisposableStack;
let bed: TestBed;
let room: number | undefined;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  room = undefined;
  bed = stack.use(await startTestBed({ dir: join(dir, "disk", "bed"), room: () => room }));
});
afterEach(async () => {
  small?.clear();
  await stack[Symbol.asyncDispose]();
  await rm(join(dir, "disk", "bed"), { recursive: true, force: true });
});
afterAll(async () => {
  small?.[Symbol.dispose]();
  await rm(dir, { recursive: true, force: true });
});

const log = createLog("test", "silent");
const big = new Uint8Array(20_000);

/** An owner of releases, its store on another disk. */
async function startProducer(name: string) {
  const store = stack.use(await openStore(`file:${join(dir, name)}`));
  const sets = await store.collection<{ n: number }>({ name: "sets", fields: {} });
  const identityDir = await bed.identity("service", "hashlists");
  const bus = stack.use(await connectBus({ name: "hashlists", natsUrl: bed.nats.url, identityDir, log }));
  const health = new Health(log);
  health.add(busCheck(bus, "hashlists", health));
  health.start(100);
  stack.use(health);
  stack.use(startRelay(bus, store, health, 200));
  const save = (id: string) =>
    sets.insert(id, { n: 1 }, eventOf(nouns.release, "activated", id, release(id), new Date()));
  return { sets, health, save };
}

test.skipIf(missing !== undefined)(
  `nats-server on a full disk refuses for good, which is named; restarted with room, everything leaves ${missing ?? ""}`,
  async () => {
    const { sets, health, save } = await startProducer("one");
    await save("before");
    await eventually("the first left", async () => (await sets.outbox.pending(9)).length === 0);
    small?.fill();
    // More than the rest of the page that the disk gave already.
    const waiting = Array.from({ length: 60 }, (_, i) => `full-${i}`);
    for (const id of waiting) await save(id);
    const causes = ["bus:BUS_BROKEN", "outbox:BUS_BROKEN"];
    await eventually("broken, and said so", () => causes.every((cause) => health.degraded.has(cause)), 20_000);
    expect([...health.degraded].toSorted()).toEqual(causes);
    expect(health.serving).toBe(true);
    expect(await brokenStreams(bed.bus)).toEqual(["HASHLISTS"]);
    small?.clear();
    // There is room, and this server takes nothing all the same.
    await expect(bed.bus.jetstream.publish("hashlists.release.tried", big)).rejects.toThrow("timeout");
    expect(await brokenStreams(bed.bus)).toEqual(["HASHLISTS"]);
    expect((await sets.outbox.pending(99)).length).toBeGreaterThan(9);
    await bed.nats.restart();
    await eventually("all left", async () => (await sets.outbox.pending(9)).length === 0, 20_000);
    await eventually("well again", () => health.degraded.size === 0);
    expect(await brokenStreams(bed.bus)).toEqual([]);
    const ids = (await bed.published(nouns.release)).map(({ data }) => data.setId);
    expect(ids.toSorted()).toEqual(["before", ...waiting].toSorted());
  },
  60_000,
);

test.skipIf(missing !== undefined)(
  `a dead letter that cannot be sent again for a broken stream says so, and stays ${missing ?? ""}`,
  async () => {
    const { seq } = await bed.bus.jetstream.publish("dead.matching.release", big);
    small?.fill();
    await expect(bed.bus.jetstream.publish("redrive.matching.release", big)).rejects.toThrow("timeout");
    await expect(resendDeadLetter(bed.bus, seq)).rejects.toMatchObject({ reason: "BUS_BROKEN" });
    small?.clear();
    await bed.nats.restart();
    await eventually("it is sent", () => resendDeadLetter(bed.bus, seq).then(() => true));
  },
  60_000,
);

test("at the server's own bound a publish is refused as STREAM_FULL, nothing is broken, and room heals it", async () => {
  const { sets, health, save } = await startProducer("two");
  // Streams that set nothing aside for themselves share the server's bound.
  for (const stream of ["HASHLISTS", "INTAKE"]) await bed.bus.manager.streams.update(stream, { max_bytes: -1 });
  room = 170 * 2 ** 20;
  await bed.nats.restart();
  const chunk = new Uint8Array(1_000_000);
  let refused: unknown;
  await eventually("the server answers", () => bed.bus.manager.getAccountInfo().then(() => true));
  for (let n = 0; n < 200 && refused === undefined; n++)
    await bed.bus.jetstream.publish("intake.report.received", chunk).catch((error: unknown) => (refused = error));
  expect(refused).toMatchObject({ name: "JetStreamApiError" });
  await save("waits");
  await eventually("full, and said so", () => health.degraded.has("outbox:STREAM_FULL"), 20_000);
  expect(await brokenStreams(bed.bus)).toEqual([]);
  await bed.bus.manager.streams.purge("INTAKE");
  await eventually("it left", async () => (await sets.outbox.pending(9)).length === 0, 20_000);
  await eventually("well again", () => health.degraded.size === 0);
}, 60_000);

test("a bus that is away is not broken", async () => {
  await bed.nats.kill("SIGKILL");
  await expect(brokenStreams(bed.bus)).rejects.toThrow(/answer|closed|disconnect/i);
  await bed.nats.restart();
  await eventually("it answers", () => brokenStreams(bed.bus).then((found) => found.length === 0));
});
