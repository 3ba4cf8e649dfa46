import { connectBus, toHeaders } from "@ntd/bus";
import { StatusServiceService, type GetStatusResponse } from "@ntd/proto/operations/v1/status_service";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { connect, service } from "@ntd/rpc";
import { createLog, MovableClock, Problem, releaseVersion } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServiceParts } from "../src/service-parts.ts";
import { startService } from "../src/start-service.ts";
import { configOf } from "./bed.ts";

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

type Config = Awaited<ReturnType<typeof configOf>>;
const clock = new MovableClock(new Date("2030-01-01T00:00:00Z"));
const refusing = () => Promise.reject(new Problem("NOT_FOUND"));

/** Intake as far as its readers go. */
function intake(config: Config, parts: Partial<ServiceParts<Config, object>> = {}): ServiceParts<Config, object> {
  return {
    name: "intake",
    config,
    overrides: { clock },
    access: {
      "/ntd.intake.v1.ReportService/SubmitReport": ["reporter"],
      "/ntd.intake.v1.ReportService/GetReport": ["reporter"],
      "/ntd.operations.v1.OperationsService/Republish": ["operator"],
    },
    open: () => ({}),
    serve: () => [service(ReportServiceService, { submitReport: refusing, getReport: refusing })],
    work: () => ({ target: async () => undefined, case: async () => undefined }),
    ...parts,
  };
}

async function statusOf(address: string, kind: "operator" | "reporter" = "operator"): Promise<GetStatusResponse> {
  await using client = connect(StatusServiceService, { address, identityDir: await bed.identity(kind, "anna") });
  return await client.getStatus({});
}

test("a service says what it is, what keeps it from serving and what it serves in spite of, and since when", async () => {
  let well = false;
  const config = await configOf(bed, "intake");
  await using running = await startService(
    intake(config, {
      open: ({ health }) => {
        const run = async () => {
          if (!well) throw new Problem("PEER_UNAVAILABLE", "The lists are being loaded.");
        };
        health.add({ name: "index", run });
        return { degrade: () => health.degrade("rows:ASIDE") };
      },
      facts: () => ({ rows: 12, halted: true, sandbox: "bwrap", indexTime: clock.now(), nothing: undefined }),
      loops: (deps) => ({
        late: () => {
          clock.advance(60_000);
          (deps as { degrade: () => void }).degrade();
          return { [Symbol.asyncDispose]: async () => undefined };
        },
      }),
    }),
  );
  await eventually("the check has failed", async () => (await statusOf(running.address)).failedChecks.length === 1);
  const [started, minute] = [new Date("2030-01-01T00:00:00Z"), new Date("2030-01-01T00:01:00Z")];
  expect(await statusOf(running.address)).toMatchObject({
    service: "intake",
    version: releaseVersion(),
    startTime: started,
    now: minute,
    serving: false,
    failedChecks: [{ name: "index", reason: "The lists are being loaded.", since: minute }],
    degradedCauses: [{ cause: "rows:ASIDE", since: minute }],
    consumers: [
      { noun: "target", pending: 0n, ackPending: 0n },
      { noun: "case", pending: 0n, ackPending: 0n },
    ],
    outbox: { documentCount: 0n, isMore: false, oldestAge: undefined },
    streams: [{ stream: "INTAKE" }, { stream: "DEAD" }, { stream: "REDRIVE" }],
    deadLetterCount: 0n,
    store: { kind: "sqlite", filling: [] },
    facts: [
      { name: "rows", value: { $case: "number", value: 12n } },
      { name: "halted", value: { $case: "truth", value: true } },
      { name: "sandbox", value: { $case: "text", value: "bwrap" } },
      { name: "indexTime", value: { $case: "time", value: minute } },
    ],
    unknowns: [],
  });
  const { store, certificate, sealingKeyIds } = await statusOf(running.address);
  expect(sealingKeyIds).toEqual(expect.arrayContaining([expect.stringMatching(/\d{4}-\d{2}$/)]));
  expect(store?.byteCount).toBeGreaterThan(0n);
  expect(store?.freeByteCount).toBeGreaterThan(0n);
  expect(certificate?.endTime?.getTime()).toBeGreaterThan(Date.now());
  expect(certificate?.authorityEndTime?.getTime()).toBeGreaterThan(Date.now());
  well = true;
  await eventually("it serves", async () => (await statusOf(running.address)).serving);
  expect((await statusOf(running.address)).failedChecks).toEqual([]);
});

test("nobody but operators may ask", async () => {
  await using running = await startService(intake(await configOf(bed, "intake")));
  await expect(statusOf(running.address, "reporter")).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
});

test("what a reader has waiting, in hand, and could not handle shows", async () => {
  await using bus = await connectBus({
    name: "ntd",
    natsUrl: bed.nats.url,
    identityDir: await bed.identity("operator", "admin"),
    log: createLog("test", "silent"),
  });
  const headers = toHeaders({
    id: "1",
    subject: "casework.case.opened",
    aggregateId: "a",
    version: 1,
    time: clock.now(),
    data: new Uint8Array(),
    headers: {},
  });
  await bus.jetstream.publish("casework.case.opened", new Uint8Array(), { headers });
  // Of another reader's letters none is counted.
  for (const subject of ["dead.intake.case", "dead.casework.report"]) await bus.jetstream.publish(subject, "x");
  const hanging = (_event: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(new Problem("SHUTTING_DOWN"))));
  const config = await configOf(bed, "intake");
  await using running = await startService(
    intake(config, { work: () => ({ target: async () => undefined, case: hanging }) }),
  );
  const lag = async () => (await statusOf(running.address)).consumers;
  await eventually("it is in hand", async () => (await lag()).find(({ noun }) => noun === "case")?.ackPending === 1n);
  expect(await statusOf(running.address)).toMatchObject({
    deadLetterCount: 1n,
    consumers: [
      { noun: "target", pending: 0n, ackPending: 0n },
      { noun: "case", pending: 0n, ackPending: 1n },
    ],
  });
});

test("what does not answer is unknown with its reason, and keeps nothing else from being told", async () => {
  const config = await configOf(bed, "intake");
  await using running = await startService(intake(config, { facts: () => new Promise(() => undefined) }));
  const status = await statusOf(running.address);
  expect(status.unknowns).toEqual([{ what: "facts", reason: "It does not answer within 1000 ms." }]);
  expect(status.store?.kind).toBe("sqlite");
});

test("a service without a store and a bus answers, too", async () => {
  const { storeUrl: _store, natsUrl: _bus, sealingKeysFile: _keys, ...config } = await configOf(bed, "intake");
  await using running = await startService({ name: "fingerprint", config, open: () => ({}), serve: () => [] });
  const status = await statusOf(running.address);
  expect(status).toMatchObject({ service: "fingerprint", consumers: [], streams: [], outbox: undefined, facts: [] });
  expect([status.store, status.deadLetterCount]).toEqual([undefined, undefined]);
});
