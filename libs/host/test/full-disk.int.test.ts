import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { eventOf, nouns } from "@ntd/bus";
import { Report } from "@ntd/proto/intake/v1/report";
import { ReportServiceService, ReportStatus } from "@ntd/proto/intake/v1/report_service";
import { connect, isServing, service } from "@ntd/rpc";
import type { Health } from "@ntd/service";
import type { Collection } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { mountSmallDisk } from "@ntd/testing/small-disk";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Opening } from "../src/service-parts.ts";
import { startService } from "../src/start-service.ts";
import { configOf } from "./bed.ts";

const dir = mkdtempSync(join(tmpdir(), "ntd-full-host-"));
const disk = mountSmallDisk(join(dir, "disk"), 32);
const missing = typeof disk === "string" ? disk : undefined;
let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(async () => {
  await bed[Symbol.asyncDispose]();
  if (typeof disk !== "string") disk[Symbol.dispose]();
  await rm(dir, { recursive: true, force: true });
});

const SUBMIT = "/ntd.intake.v1.ReportService/SubmitReport";
const GET = "/ntd.intake.v1.ReportService/GetReport";
const REPUBLISH = "/ntd.operations.v1.OperationsService/Republish";
const EVENTS = 40;

type Parts = Opening<Awaited<ReturnType<typeof configOf>>>;
interface Blob {
  bytes: Uint8Array;
}

/** An intake that writes 64 KiB for each call and each event, its store on the small disk. */
async function startIntake() {
  const config = { ...(await configOf(bed, "intake")), storeUrl: `file:${join(dir, "disk", "store.sqlite")}` };
  const parts: { health?: Health; blobs?: Collection<Blob> } = {};
  const running = await startService({
    name: "intake",
    config,
    access: { [SUBMIT]: [], [GET]: ["reporter"], [REPUBLISH]: ["operator"] },
    open: async ({ store, health }: Parts) => {
      const blobs = await store.collection<Blob>({ name: "blobs", fields: {} });
      Object.assign(parts, { health, blobs });
      return async (id: string) => {
        const event = eventOf(nouns.report, "received", id, Report.decode(new Uint8Array()), new Date());
        await blobs.insert(id, { bytes: new Uint8Array(64 * 1024).fill(7) }, event);
      };
    },
    serve: (write) => [
      service(ReportServiceService, {
        submitReport: () => Promise.reject(new Error("not in this test")),
        async getReport({ name }) {
          await write(name);
          return { name: "", receivedTime: undefined, status: ReportStatus.RECEIVED, targetStatuses: [] };
        },
      }),
    ],
    work: (write) => ({ target: async ({ aggregateId }) => write(aggregateId), case: async () => undefined }),
  });
  return { running, ...(parts as Required<typeof parts>) };
}

test.skipIf(missing !== undefined)(
  `a full disk is said to callers and by health, costs no processor, and heals by itself ${missing ?? ""}`,
  async () => {
    if (typeof disk === "string") return;
    const { running, health, blobs } = await startIntake();
    await using _ = running;
    const identityDir = await bed.identity("reporter", "rita");
    await using client = connect(ReportServiceService, { address: running.address, identityDir });
    await client.getReport({ name: "before" });
    disk.fill();
    await expect(client.getReport({ name: "call" })).rejects.toMatchObject({ reason: "STORE_FULL" });
    await eventually("health says so", () => health.degraded.has("store:STORE_FULL"));
    const ids = Array.from({ length: EVENTS }, (_, i) => `event-${i}`);
    for (const id of ids)
      await bed.publish(nouns.target, "present", id, 1, nouns.target.codec.decode(new Uint8Array()));
    const consumer = () => bed.bus.manager.consumers.info("PROBER", "intake-target");
    await eventually("all came, and come again", async () => {
      const { num_pending, num_ack_pending, num_redelivered } = await consumer();
      return num_pending === 0 && num_ack_pending === EVENTS && num_redelivered === EVENTS;
    });
    const before = process.cpuUsage();
    const began = performance.now();
    // Measured is what goes on by itself: nothing else tells its end.
    await delay(3000);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000 / (performance.now() - began)).toBeLessThan(0.25);
    expect(await isServing(running.address, await bed.identity("operator", "admin"))).toBe(true);
    expect((await blobs.find({ limit: 99 })).map(({ id }) => id)).toEqual(["before"]);
    disk.clear();
    await eventually("nothing is degraded", () => health.degraded.size === 0);
    await client.getReport({ name: "call" });
    await eventually("every event is handled", async () => (await consumer()).num_ack_pending === 0, 60_000);
    expect((await blobs.find({ limit: 99 })).map(({ id }) => id)).toEqual(["before", "call", ...ids].toSorted());
    await eventually("every event left", async () => (await blobs.outbox.pending(99)).length === 0);
    expect((await bed.published(nouns.report)).length).toBe(EVENTS + 2);
  },
  120_000,
);
