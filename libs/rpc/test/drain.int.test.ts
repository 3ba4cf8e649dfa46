import { ChannelCredentials, createChannel, createClient } from "nice-grpc";
import { HealthDefinition } from "nice-grpc-server-health";
import { GetReportRequest, ReportServiceService, ReportStatus } from "@ntd/proto/intake/v1/report_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { Problem } from "@ntd/service";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../src/client/client.ts";
import { readIdentityFiles } from "../src/identity/identity-files.ts";
import type { RpcServer } from "../src/server/server.ts";
import { isServing } from "../src/client/serving.ts";
import { openTestBed, until, type TestBed } from "./bed.ts";

let bed: TestBed;
let reporter: { dir: string };
beforeEach(async () => {
  bed = await openTestBed();
  reporter = await bed.identity({ kind: "reporter", name: "a" });
});
afterEach(() => bed[Symbol.asyncDispose]());

const report = { name: "reports/1", receivedTime: undefined, status: ReportStatus.RECEIVED, targetStatuses: [] };

function reasonOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "OK",
    (error: unknown) => Problem.from(error).reason,
  );
}

function healthClient({ address }: RpcServer) {
  const { ca, key, cert } = readIdentityFiles(reporter.dir);
  const channel = createChannel(address, ChannelCredentials.createSsl(ca, key, cert));
  return { health: createClient(HealthDefinition, channel), [Symbol.dispose]: () => channel.close() };
}

test("health is NOT_SERVING until earned, SERVING while its checks pass, and NOT_SERVING again from the drain on", async () => {
  const server = await bed.serve({});
  using client = healthClient(server);
  const seen: string[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const { status } of client.health.watch({ service: "" }, { signal: stop.signal }))
      seen.push(String(status));
  })().catch(() => undefined);
  await until(() => seen.length === 1);
  let well = true;
  bed.health.add({ name: "store", run: () => (well ? Promise.resolve() : Promise.reject(new Error("gone"))) });
  bed.health.start(20);
  await until(() => seen.length === 2);
  well = false;
  await until(() => seen.length === 3);
  well = true;
  await until(() => seen.length === 4);
  bed.health.drain();
  await until(() => seen.length === 5);
  expect(seen).toEqual(["2", "1", "2", "1", "2"]);
  expect(await client.health.check({ service: "ntd.intake.v1.ReportService" })).toMatchObject({ status: 2 });
  await expect(client.health.check({ service: "ntd.Unknown" })).rejects.toThrow(/NOT_FOUND/);
  stop.abort();
  await watching;
});

test("a service that is not serving yet answers business calls all the same", async () => {
  const server = await bed.serve({ reports: { getReport: async () => report } });
  await using client = connect(ReportServiceService, { address: server.address, identityDir: reporter.dir });
  expect(await isServing(server.address, reporter.dir)).toBe(false);
  expect(await reasonOf(client.getReport({ name: "" }))).toBe("OK");
});

test("whether a server is serving can be asked, and one that is not there is not", async () => {
  const server = await bed.serve({});
  bed.health.start(20);
  await until(() => bed.health.serving);
  expect(await isServing(server.address, reporter.dir)).toBe(true);
  await server[Symbol.asyncDispose]();
  expect(await isServing(server.address, reporter.dir)).toBe(false);
});

test("while draining new calls are refused, calls in hand finish and streams end, all named SHUTTING_DOWN", async () => {
  const isp = await bed.identity({ kind: "isp", name: "a" });
  const finish = Promise.withResolvers<void>();
  let begun = 0;
  const server = await bed.serve({
    reports: {
      async getReport() {
        begun += 1;
        await finish.promise;
        return report;
      },
    },
    notices: {
      // A handler that never looks at its signal is ended too.
      async *watchNotices() {
        yield { event: { $case: "heartbeatTime", value: new Date() } };
        await new Promise(() => undefined);
      },
    },
  });
  await using reports = connect(ReportServiceService, { address: server.address, identityDir: reporter.dir });
  await using notices = connect(NoticeServiceService, { address: server.address, identityDir: isp.dir });
  const inHand = reasonOf(reports.getReport(GetReportRequest.decode(new Uint8Array())));
  const stream = notices.watchNotices({ maxInFlight: 0, understands: [] })[Symbol.asyncIterator]();
  await stream.next();
  await until(() => begun === 1);

  bed.health.drain();
  expect(await reasonOf(reports.getReport({ name: "" }))).toBe("SHUTTING_DOWN");
  const streamEnd = reasonOf(stream.next());
  const before = Date.now();
  const disposed = server[Symbol.asyncDispose]();
  expect(await streamEnd).toBe("SHUTTING_DOWN");
  finish.resolve();
  expect(await inHand).toBe("OK");
  await disposed;
  expect(Date.now() - before).toBeLessThan(2500);
  expect(begun).toBe(1);
});

test("a call that does not finish is told to stop after three seconds, and disposing ends", async () => {
  let begun = false;
  let told: unknown;
  const getReport = (_request: unknown, { signal }: { signal: AbortSignal }) => {
    begun = true;
    signal.addEventListener("abort", () => (told = signal.reason));
    return new Promise<typeof report>(() => undefined);
  };
  const server = await bed.serve({ reports: { getReport } });
  await using client = connect(ReportServiceService, {
    address: server.address,
    identityDir: reporter.dir,
    deadlineMs: 20_000,
  });
  const stuck = reasonOf(client.getReport({ name: "" }));
  await until(() => begun);
  const before = Date.now();
  await server[Symbol.asyncDispose]();
  expect(Date.now() - before).toBeGreaterThan(2900);
  expect(await stuck).toBe("SHUTTING_DOWN");
  expect(told).toMatchObject({ reason: "SHUTTING_DOWN" });
  expect(Date.now() - before).toBeLessThan(6000);
});

test("a client finds a server again that was started anew on the same port", async () => {
  const handlers = { reports: { getReport: async () => report } };
  const first = await bed.serve(handlers);
  await using client = connect(ReportServiceService, { address: first.address, identityDir: reporter.dir });
  expect(await reasonOf(client.getReport({ name: "" }))).toBe("OK");
  await first[Symbol.asyncDispose]();
  expect(await reasonOf(client.getReport({ name: "" }))).toBe("PEER_UNAVAILABLE");
  await bed.serve(handlers, { listen: `127.0.0.1:${first.address.split(":")[1]}` });
  let reason = "";
  const tries = (async () => {
    while (reason !== "OK") reason = await reasonOf(client.getReport({ name: "" }));
  })();
  await until(() => reason === "OK");
  await tries;
});
