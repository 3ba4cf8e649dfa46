import { afterAll, beforeAll, expect, test } from "vitest";
import { ReportServiceService, SubmitReportRequest } from "@ntd/proto/intake/v1/report_service";
import { Channel } from "@ntd/proto/intake/v1/report";
import { callerOf } from "./caller.ts";
import { connect } from "./client.ts";
import { openTestBed, type Reports, type TestBed } from "./test-bed.ts";

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

async function submit(handler: Reports["submitReport"], options: { deadlineMs?: number } = {}) {
  const server = await bed.serve({ reports: { submitReport: handler } });
  await using client = connect(ReportServiceService, {
    address: server.address,
    identityDir: reporter.dir,
    ...options,
  });
  return await client.submitReport(empty);
}

test("a handler is told who calls by the client's certificate", async () => {
  const answer = await submit(async (_request, context) => ({
    name: JSON.stringify(callerOf(context)),
    receivedTime: undefined,
  }));
  expect(JSON.parse(answer.name)).toEqual({
    kind: "reporter",
    name: "hotline",
    id: reporter.uri,
    person: "reporter/hotline",
  });
});
