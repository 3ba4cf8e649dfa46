import { ReportServiceService, ReportStatus } from "@ntd/proto/intake/v1/report_service";
import { inSlices } from "@ntd/service";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../src/client/client.ts";
import { GET, openTestBed, until, type TestBed } from "./bed.ts";

let bed: TestBed;
beforeEach(async () => {
  bed = await openTestBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

const report = { name: "reports/1", receivedTime: undefined, status: ReportStatus.RECEIVED, targetStatuses: [] };

test("what a handler asks of a peer ends with its own call, also when it hands no signal on", async () => {
  const reporter = await bed.identity({ kind: "reporter", name: "a" });
  const own = await bed.identity({ kind: "service", name: "under-test" });
  const access = { [GET]: ["reporter", "service"] };
  let [asked, ended] = [0, 0];
  const peer = await bed.serve(
    {
      reports: {
        getReport: async (_request, { signal }) => {
          asked += 1;
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          ended += 1;
          return report;
        },
      },
    },
    { access },
  );
  await using toPeer = connect(ReportServiceService, { address: peer.address, identityDir: own.dir });
  const server = await bed.serve({
    reports: { getReport: (request) => toPeer.getReport(request, { deadline: 60_000 }) },
  });
  await using client = connect(ReportServiceService, { address: server.address, identityDir: reporter.dir });
  const stop = new AbortController();
  const call = client.getReport({ name: "" }, { signal: stop.signal, deadline: 60_000 });
  await until(() => asked === 1);
  stop.abort();
  await expect(call).rejects.toMatchObject({ reason: "SHUTTING_DOWN" });
  await until(() => ended === 1);
  expect(asked).toBe(1);
});

test("what a handler works at in slices ends with its call, and when its time is over", async () => {
  const reporter = await bed.identity({ kind: "reporter", name: "a" });
  let slices = 0;
  function* work() {
    for (;;) {
      slices += 1;
      yield;
    }
  }
  const server = await bed.serve(
    { reports: { getReport: async () => (await inSlices(work()), report) } },
    { maxCallMs: 300 },
  );
  await using client = connect(ReportServiceService, { address: server.address, identityDir: reporter.dir });
  await expect(client.getReport({ name: "" })).rejects.toMatchObject({ reason: "TIMED_OUT" });
  await until(() => slices > 0);
  const done = slices;
  await delay(50);
  expect(slices).toBe(done);
});
