import { inspect } from "node:util";
import { createChannel, ChannelCredentials, createClientFactory, Metadata, Status } from "nice-grpc";
import { errorDetailsClientMiddleware } from "nice-grpc-error-details";
import { Problem } from "@ntd/service";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ReportServiceService, ReportStatus, type SubmitReportRequest } from "@ntd/proto/intake/v1/report_service";
import { Channel } from "@ntd/proto/intake/v1/report";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callerOf } from "../src/identity/caller.ts";
import { connect, type RpcClientOptions } from "../src/client/client.ts";
import { readIdentityFiles } from "../src/identity/identity-files.ts";
import { GET, openTestBed, until, type Reports, type TestBed } from "./bed.ts";

let bed: TestBed;
let reporter: { dir: string; uri: string };

beforeAll(async () => {
  bed = await openTestBed();
  reporter = await bed.identity({ kind: "reporter", name: "hotline" });
});
afterAll(() => bed[Symbol.asyncDispose]());

const empty: SubmitReportRequest = {
  requestId: "",
  channel: Channel.PUBLIC,
  targets: [],
  description: "",
  threat: undefined,
  language: "",
};

async function submit(
  handler: Reports["submitReport"],
  request: Partial<SubmitReportRequest> = {},
  options: Partial<RpcClientOptions> & { metadata?: Metadata; maxMessageBytes?: number } = {},
) {
  const { metadata, maxMessageBytes = 1_000_000, ...clientOptions } = options;
  const server = await bed.serve({ reports: { submitReport: handler } }, { maxMessageBytes });
  const { address } = server;
  await using client = connect(ReportServiceService, { address, identityDir: reporter.dir, ...clientOptions });
  return await client.submitReport({ ...empty, ...request }, metadata === undefined ? {} : { metadata });
}

const answer = { name: "reports/1", receivedTime: undefined, readAs: [] };

async function problemFrom(call: Promise<unknown>): Promise<Problem> {
  const outcome = await call.then(
    () => "an answer",
    (error: unknown) => error,
  );
  if (outcome instanceof Problem) return outcome;
  throw new Error(`not a problem: ${String(outcome)}`);
}

test("a handler is told who calls by the client's certificate", async () => {
  const { name } = await submit(async (_, context) => ({ ...answer, name: JSON.stringify(callerOf(context)) }));
  const caller = { kind: "reporter", name: "hotline", id: reporter.uri, person: "reporter/hotline" };
  expect(JSON.parse(name)).toEqual(caller);
});

test("an identity that a client writes into its metadata is not believed", async () => {
  const forged = "spiffe://ntd.test/operator/root";
  const metadata = new Metadata({ "x-ntd-caller": forged, "X-Ntd-Caller": forged });
  const { name } = await submit(async (_, context) => ({ ...answer, name: callerOf(context).id }), {}, { metadata });
  expect(name).toBe(reporter.uri);
});

test("a problem arrives as it was thrown: reason, message, metadata and fields", async () => {
  const fields = [{ field: "targets[0].url", description: "has no host; write it whole" }];
  const sent = new Problem("FIELD_INVALID", "targets[0].url: has no host", { metadata: { count: "1" }, fields });
  const got = await problemFrom(submit(() => Promise.reject(sent)));
  expect(got).toMatchObject({ reason: "FIELD_INVALID", message: sent.message, metadata: { count: "1" }, fields });
});

test("a problem is on the wire a status with ErrorInfo and BadRequest, for clients of any language", async () => {
  const fields = [{ field: "language", description: "is none" }];
  const server = await bed.serve({ reports: { submitReport: () => Promise.reject(Problem.fields(...fields)) } });
  const { ca, key, cert } = readIdentityFiles(reporter.dir);
  const channel = createChannel(server.address, ChannelCredentials.createSsl(ca, key, cert));
  const raw = createClientFactory().use(errorDetailsClientMiddleware).create(ReportServiceService, channel);
  const error: unknown = await raw.submitReport(empty).catch((cause: unknown) => cause);
  channel.close();
  expect(error).toMatchObject({
    code: Status.INVALID_ARGUMENT,
    extra: [
      { $type: "google.rpc.ErrorInfo", reason: "FIELD_INVALID", domain: "ntd" },
      { $type: "google.rpc.BadRequest", fieldViolations: fields },
    ],
  });
});

test("all faults of a request arrive, two for each of a hundred addresses", async () => {
  const fields = Array.from({ length: 200 }, (_, i) => ({
    field: `targets[${i % 100}].fingerprints[${i}].value`,
    description: "has 15 bytes; SHA256 takes 32; compute it again",
  }));
  const got = await problemFrom(submit(() => Promise.reject(Problem.fields(...fields))));
  expect(got.fields).toEqual(fields);
  expect(got.metadata).toEqual({});
});

test("of a thousand long faults as many arrive as a client can take, and it is told how many are left out", async () => {
  const fields = Array.from({ length: 1000 }, (_, i) => ({ field: `targets[${i}].url`, description: "ü".repeat(500) }));
  const got = await problemFrom(submit(() => Promise.reject(Problem.fields(...fields))));
  expect(got.reason).toBe("FIELD_INVALID");
  expect(got.fields.length).toBeGreaterThan(20);
  expect(got.metadata).toEqual({ faults_left_out: String(1000 - got.fields.length) });
});

test("what nobody named leaves as a fixed text, and its cause is in the log", async () => {
  const got = await problemFrom(submit(() => Promise.reject(new Error("dial tcp 10.0.0.7: secret"))));
  expect(got).toMatchObject({ reason: "INTERNAL", message: new Problem("INTERNAL").message });
  expect(inspect(got, { depth: 10 })).not.toContain("secret");
  expect(JSON.stringify(bed.lines)).toContain("10.0.0.7: secret");
});

test("the detail of an INTERNAL problem does not leave either", async () => {
  const got = await problemFrom(submit(() => Promise.reject(new Problem("INTERNAL", "row 7 of secret"))));
  expect(got.message).toBe(new Problem("INTERNAL").message);
});

test("an answer that cannot be encoded is INTERNAL, and the log says why", async () => {
  const got = await problemFrom(submit(async () => ({ ...answer, receivedTime: "today" as never })));
  expect(got.reason).toBe("INTERNAL");
  expect(bed.lines.some((line) => line["msg"] === "an answer cannot be encoded")).toBe(true);
});

test("a call that takes longer than its deadline is TIMED_OUT, and its handler is told", async () => {
  let told = false;
  const submitReport: Reports["submitReport"] = ({ description }, { signal }) =>
    description === "quick"
      ? Promise.resolve(answer)
      : new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => {
            told = true;
            reject(signal.reason);
          }),
        );
  const { address } = await bed.serve({ reports: { submitReport } });
  await using client = connect(ReportServiceService, { address, identityDir: reporter.dir, deadlineMs: 300 });
  // Connected first, so that the limit passes in the handler and not in the handshake.
  await client.submitReport({ ...empty, description: "quick" }, { deadline: 10_000 });
  expect((await problemFrom(client.submitReport(empty))).reason).toBe("TIMED_OUT");
  await until(() => told);
});

test("a server ends a call that outlives its own limit, heeded or not, and leaves longer methods and streams alone", async () => {
  const told: unknown[] = [];
  const submitReport: Reports["submitReport"] = (_request, { signal }) => {
    signal.addEventListener("abort", () => told.push(signal.reason));
    return new Promise(() => undefined);
  };
  const getReport: Reports["getReport"] = async ({ name }) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    return { name, receivedTime: undefined, status: ReportStatus.RECEIVED, targetStatuses: [] };
  };
  const { address } = await bed.serve(
    { reports: { submitReport, getReport } },
    { maxCallMs: 200, callMs: { [GET]: 5000 } },
  );
  await using client = connect(ReportServiceService, { address, identityDir: reporter.dir, deadlineMs: 20_000 });
  const before = Date.now();
  expect((await problemFrom(client.submitReport(empty))).reason).toBe("TIMED_OUT");
  expect(Date.now() - before).toBeLessThan(10_000);
  expect(told).toMatchObject([{ reason: "TIMED_OUT" }]);
  expect((await client.getReport({ name: "longer" })).name).toBe("longer");
});

test("a message over the server's limit is TOO_LARGE and reaches no handler", async () => {
  let reached = false;
  const handler = async () => {
    reached = true;
    return answer;
  };
  const call = submit(handler, { description: "x".repeat(2000) }, { maxMessageBytes: 1000 });
  expect((await problemFrom(call)).reason).toBe("TOO_LARGE");
  expect(reached).toBe(false);
});

test("a server that is not there is PEER_UNAVAILABLE", async () => {
  const server = await bed.serve({});
  await server[Symbol.asyncDispose]();
  await using client = connect(ReportServiceService, { address: server.address, identityDir: reporter.dir });
  expect((await problemFrom(client.submitReport(empty))).reason).toBe("PEER_UNAVAILABLE");
});

test("that a page is smaller than it was asked for is told with the answer", async () => {
  const maintainer = await bed.identity({ kind: "maintainer", name: "a" });
  const listSets = async () => ({ sets: [], nextPageToken: "" });
  const access = { [HashListServiceService.listSets.path]: ["maintainer"] };
  const server = await bed.serve({ hashLists: { listSets } }, { access });
  const told: number[] = [];
  await using client = connect(HashListServiceService, {
    address: server.address,
    identityDir: maintainer.dir,
    onCut: (most) => told.push(most),
  });
  await client.listSets({ pageSize: 200, pageToken: "" });
  expect(told).toEqual([]);
  await client.listSets({ pageSize: 1000, pageToken: "" });
  expect(told).toEqual([200]);
});
