import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const receivedTime = new Date("2030-01-01T00:00:00Z");
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("report submit sends every address as the caller and prints the report's name", async () => {
  bed.answers.set("submitReport", { name: "reports/r1", receivedTime, readAs: [] });
  const ended = await bed.ntd("report", "submit", "http://a.example/1", "http://b.example/2", "--channel", "police");
  expect(ended).toEqual({ code: 0, err: "", out: "name      reports/r1\nreceived  2030-01-01T00:00:00.000Z\n" });
  expect(bed.arrived).toMatchObject([
    {
      method: "submitReport",
      caller: "operator/anna",
      request: {
        channel: "CHANNEL_POLICE",
        targets: [{ url: "http://a.example/1" }, { url: "http://b.example/2" }],
        requestId: expect.stringMatching(UUID),
      },
    },
  ]);
});

test("report submit prints as what an address was read", async () => {
  bed.answers.set("submitReport", {
    name: "reports/r1",
    receivedTime,
    readAs: [{ index: 1, url: "http://b.example/2" }],
  });
  const { out } = await bed.ntd("report", "submit", "http://a.example/1", "hxxp://b[.]example/2");
  expect(out).toContain("received  2030-01-01T00:00:00.000Z\n\ntarget  read as\n2       http://b.example/2\n");
  expect(bed.arrived[0]?.request).toMatchObject({ targets: [{}, { url: "hxxp://b[.]example/2" }] });
});

test("report submit carries the reporter's fingerprints of the one address, a description, and the request id given", async () => {
  bed.answers.set("submitReport", { name: "reports/r1", receivedTime, readAs: [] });
  const own = ["--fingerprint", "md5:00ff", "--fingerprint", "pdq:aa", "--description", "seen in a forum"];
  const requestId = "11111111-2222-4333-8444-555555555555";
  const ended = await bed.ntd("--json", "report", "submit", "http://a.example/1", ...own, "--request-id", requestId);
  expect(JSON.parse(ended.out)).toEqual({ name: "reports/r1", receivedTime: "2030-01-01T00:00:00.000Z", readAs: [] });
  const fingerprints = [
    { algorithm: "ALGORITHM_MD5", hex: "00ff" },
    { algorithm: "ALGORITHM_PDQ", hex: "aa" },
  ];
  expect(bed.arrived[0]?.request).toMatchObject({
    requestId,
    channel: "CHANNEL_PUBLIC",
    description: "seen in a forum",
    targets: [{ url: "http://a.example/1", fingerprints }],
  });
});

test("fingerprints of several addresses are wrong usage and nothing is sent", async () => {
  const ended = await bed.ntd("report", "submit", "http://a.example", "http://b.example", "--fingerprint", "md5:00");
  expect(ended).toEqual({ code: 2, out: "", err: "ntd: USAGE: --fingerprint goes with exactly one address\n" });
  expect(bed.arrived).toEqual([]);
});

test("what the service refuses is one sentence, or one JSON object, and exit code 1", async () => {
  bed.answers.set("submitReport", Problem.fields({ field: "targets[0].url", description: "has no host; give one" }));
  const said = await bed.ntd("report", "submit", "http:///");
  expect(said).toEqual({ code: 1, out: "", err: "ntd: FIELD_INVALID: targets[0].url: has no host; give one\n" });
  const json = await bed.ntd("report", "submit", "http:///", "--json");
  expect([json.code, json.out]).toEqual([1, ""]);
  expect(JSON.parse(json.err)).toEqual({
    error: {
      reason: "FIELD_INVALID",
      message: "targets[0].url: has no host; give one",
      fields: [{ field: "targets[0].url", description: "has no host; give one" }],
      metadata: {},
    },
  });
});

test("report get takes a name or an id and prints the status of each target", async () => {
  const targetStatuses = ["REPORT_STATUS_CLOSED", "REPORT_STATUS_BEING_HANDLED"];
  bed.answers.set("getReport", {
    name: "reports/r1",
    receivedTime,
    status: "REPORT_STATUS_BEING_HANDLED",
    targetStatuses,
  });
  const { out } = await bed.ntd("report", "get", "r1");
  expect(out).toContain("status    being-handled");
  expect(out).toContain("target  status\n1       closed\n2       being-handled\n");
  await bed.ntd("report", "get", "reports/r1");
  expect(bed.arrived.map((a) => a.request)).toEqual([{ name: "reports/r1" }, { name: "reports/r1" }]);
});
