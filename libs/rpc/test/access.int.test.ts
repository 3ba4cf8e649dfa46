import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createChannel, ChannelCredentials, createClient } from "nice-grpc";
import {
  ReportServiceService,
  ReportStatus,
  SubmitReportRequest,
  type GetReportResponse,
} from "@ntd/proto/intake/v1/report_service";
import { Problem } from "@ntd/service";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "../src/client/client.ts";
import { readIdentityFiles } from "../src/identity/identity-files.ts";
import type { RpcServer } from "../src/server/server.ts";
import { GET, openTestBed, SUBMIT, type TestBed } from "./bed.ts";

let bed: TestBed;
let server: RpcServer;
let calls = 0;

const report: GetReportResponse = {
  name: "reports/1",
  receivedTime: undefined,
  status: ReportStatus.RECEIVED,
  targetStatuses: [],
};

beforeAll(async () => {
  bed = await openTestBed();
  const getReport = async () => {
    calls += 1;
    return report;
  };
  server = await bed.serve({ reports: { getReport } }, { access: { [GET]: ["reporter", "service/casework"] } });
});
afterAll(() => bed[Symbol.asyncDispose]());

async function get(identityDir: string): Promise<string> {
  await using client = connect(ReportServiceService, { address: server.address, identityDir });
  return await client.getReport({ name: "reports/1" }).then(
    (answer) => answer.name,
    (error: unknown) => Problem.from(error).reason,
  );
}

test("a kind and a single identity of the allow-list may call, others of the same kind may not", async () => {
  const reporter = await bed.identity({ kind: "reporter", name: "a" });
  const casework = await bed.identity({ kind: "service", name: "casework" });
  const takedown = await bed.identity({ kind: "service", name: "takedown" });
  const before = calls;
  expect([await get(reporter.dir), await get(casework.dir)]).toEqual(["reports/1", "reports/1"]);
  expect(await get(takedown.dir)).toBe("NOT_ALLOWED");
  expect(calls - before).toBe(2);
});

test("a refusal is logged with the identity, the method and the reason", async () => {
  const isp = await bed.identity({ kind: "isp", name: "hosting" });
  expect(await get(isp.dir)).toBe("NOT_ALLOWED");
  expect(bed.lines).toContainEqual(
    expect.objectContaining({ msg: "a call was refused", caller: isp.uri, method: GET, reason: "NOT_ALLOWED" }),
  );
});

test("a method that the allow-list does not name is refused for everybody", async () => {
  const operator = await bed.identity({ kind: "operator", name: "a" });
  const reporter = await bed.identity({ kind: "reporter", name: "b" });
  for (const { dir } of [operator, reporter]) {
    await using client = connect(ReportServiceService, { address: server.address, identityDir: dir });
    const call = client.submitReport(SubmitReportRequest.decode(new Uint8Array()));
    const message = expect.stringMatching(/^\w+\/[ab] may not call ReportService\/SubmitReport; nobody may call it$/);
    await expect(call).rejects.toMatchObject({ reason: "NOT_ALLOWED", message });
  }
});

test("an allow-list that names a method nobody serves, or a kind that is none, refuses to start", async () => {
  const start = bed.serve({}, { access: { "/ntd.Typo/Get": ["reporter"], [SUBMIT]: ["reporters"] } });
  await expect(start).rejects.toThrow(/"\/ntd.Typo\/Get" is no method[^]*"reporters" is neither kind/);
});

test("a certificate of an unknown authority gets no answer", async () => {
  const other = await mkdtemp(join(tmpdir(), "ntd-rpc-other-"));
  await createAuthority(other);
  const stranger = await issueIdentity(other, { kind: "reporter", name: "a" });
  const ours = await bed.identity({ kind: "reporter", name: "x" });
  // It trusts our authority, so that only the server can refuse.
  await writeFile(join(stranger.dir, "ca.pem"), readIdentityFiles(ours.dir).ca);
  const before = calls;
  expect(await get(stranger.dir)).toBe("PEER_UNAVAILABLE");
  expect(calls).toBe(before);
  expect(await get(ours.dir)).toBe("reports/1");
  await rm(other, { recursive: true });
});

test("a client without a certificate gets no answer", async () => {
  const { ca } = readIdentityFiles((await bed.identity({ kind: "reporter", name: "c" })).dir);
  const channel = createChannel(server.address, ChannelCredentials.createSsl(ca));
  const before = calls;
  await expect(createClient(ReportServiceService, channel).getReport({ name: "" })).rejects.toThrow(/UNAVAILABLE/);
  channel.close();
  expect(calls).toBe(before);
});

test("a client speaks to no server whose identity is not a service's", async () => {
  const isp = await bed.identity({ kind: "isp", name: "posing" });
  const reporter = await bed.identity({ kind: "reporter", name: "d" });
  const posing = await bed.serve({ reports: { getReport: async () => report } }, { identityDir: isp.dir });
  await using client = connect(ReportServiceService, { address: posing.address, identityDir: reporter.dir });
  await expect(client.getReport({ name: "" })).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
});

test("an identity folder without its files is refused with their names", () => {
  expect(() => connect(ReportServiceService, { address: "localhost:1", identityDir: bed.dir })).toThrow(/cert\.pem/);
});
