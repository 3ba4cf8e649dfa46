import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const call = `
  import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
  import { withTrace } from "@ntd/service";
  import { connect } from "../src/client/client.ts";
  import { openTestBed } from "./bed.ts";
  await using bed = await openTestBed();
  const isp = await bed.identity({ kind: "isp", name: "a" });
  const server = await bed.serve({
    notices: {
      async *watchNotices() {
        await withTrace({}, "unrelated", async () => {});
        yield { event: { $case: "heartbeatTime", value: new Date() } };
      },
    },
  });
  await using client = connect(NoticeServiceService, { address: server.address, identityDir: isp.dir });
  await withTrace({}, "begin", async () => {
    for await (const _ of client.watchNotices({ maxInFlight: 0, understands: [] }));
  });
`;

test("a trace goes on through a call, into the handler and out again, without anything by hand", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-rpc-trace-"));
  const file = join(dir, "spans");
  const flags = ["--import", "@ntd/service/telemetry", "--input-type=module-typescript", "--eval", call];
  await promisify(execFile)(process.execPath, flags, {
    cwd: import.meta.dirname,
    env: { PATH: process.env["PATH"], NTD_TRACE_FILE: file, OTEL_SERVICE_NAME: "under-test" },
  });
  const spans = (await readFile(file, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string | null>);
  await rm(dir, { recursive: true });
  const named = (kind: string, name: string) => spans.filter((s) => s["kind"] === kind && s["name"]?.includes(name));
  const [begin] = named("CONSUMER", "begin");
  const clients = named("CLIENT", "WatchNotices");
  const servers = named("SERVER", "WatchNotices");
  expect([clients.length, servers.length]).toEqual([1, 1]);
  expect(clients[0]).toMatchObject({ traceId: begin?.["traceId"], parentSpanId: begin?.["spanId"] });
  expect(servers[0]).toMatchObject({ traceId: begin?.["traceId"], parentSpanId: clients[0]?.["spanId"] });
  expect(named("CONSUMER", "unrelated")[0]?.["traceId"]).not.toBe(begin?.["traceId"]);
});
