import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
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

test("report submit says what kind of threat it is, when it was seen and what is there", async () => {
  bed.answers.set("submitReport", { name: "reports/r1", receivedTime, readAs: [] });
  const said = ["--threat", "sexual", "--nature", "contact", "--seen", "2030-01-01T12:00:00Z", "--media", "video"];
  await bed.ntd("report", "submit", "http://a.example/1", ...said);
  expect(bed.arrived[0]?.request).toMatchObject({
    threat: { type: "THREAT_TYPE_SEXUAL", nature: "THREAT_NATURE_CONTACT" },
    targets: [{ observedTime: new Date("2030-01-01T12:00:00Z"), mediaType: "MEDIA_TYPE_VIDEO" }],
  });
  await bed.ntd("report", "submit", "http://a.example/1");
  expect(bed.arrived[1]?.request).toMatchObject({ threat: undefined, targets: [{ observedTime: undefined }] });
  const half = await bed.ntd("report", "submit", "http://a.example/1", "--threat", "sexual");
  expect(half).toMatchObject({ code: 2, err: expect.stringContaining("say both of --threat and --nature") });
  const nowhere = await bed.ntd("report", "submit", "--description", "words alone", "--media", "image");
  expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining("--seen and --media are of addresses") });
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

test("report submit sends words alone from a file, and what a child says of itself; who helps is printed", async () => {
  const sentence = "Thank you.";
  const help = [{ name: "Talian", language: "ms", phone: "+999 1", url: "", hours: "24 jam" }];
  bed.answers.set("submitReport", {
    name: "reports/r1",
    receivedTime,
    readAs: [],
    sentence,
    helplines: { helplines: help },
  });
  const file = join(bed.dir, "words");
  await writeFile(file, "Somebody has pictures of me.\n");
  const said = ["--happening-to-me", "--self-made", "--life-at-risk", "--consent-police", "--language", "ms"];
  const { out } = await bed.ntd("report", "submit", "--words", file, ...said);
  expect(out).toContain("sentence  Thank you.\n\nwho helps  phone");
  expect(out).toMatch(/Talian +\+999 1 +24 jam\n/);
  expect(bed.arrived[0]?.request).toMatchObject({
    targets: [],
    description: "Somebody has pictures of me.",
    language: "ms",
    happeningToMe: true,
    selfMade: true,
    lifeAtRisk: true,
    consentsToPolice: true,
  });
});

test("a report of nothing, of words said twice or of a file that is not there is wrong usage", async () => {
  for (const wrong of [[], ["--words", "f", "--description", "d"], ["--words", join(bed.dir, "nowhere")]]) {
    expect((await bed.ntd("report", "submit", ...wrong)).code).toBe(2);
  }
  expect(bed.arrived).toEqual([]);
});

test("all that is wrong with a report is said at once", async () => {
  const wrong = ["--words", "f", "--description", "d", "--fingerprint", "md5:00", "--seen", "2030-01-01"];
  const { code, err } = await bed.ntd("report", "submit", ...wrong, "--threat", "sexual");
  expect(code).toBe(2);
  for (const said of [
    "say it once",
    "exactly one address, and there are 0",
    "are of addresses",
    "--threat and --nature",
  ])
    expect(err).toContain(said);
});

test("words come from a pipe as slowly as they like", async () => {
  bed.answers.set("submitReport", { name: "reports/r1", receivedTime, readAs: [] });
  const args = ["--identity", bed.identityDir, "--endpoints", join(bed.dir, "endpoints.json")];
  const asked = spawn(join(import.meta.dirname, "../ntd"), ["report", "submit", "--words", "-", ...args]);
  const told = Promise.all([text(asked.stdout), text(asked.stderr)]);
  asked.stdin.write("What happens to me. ");
  // Nothing more has come when it looks: that is no end, and no fault that would end it.
  await Promise.race([once(asked, "exit"), delay(1500)]);
  asked.stdin.end("Every day.\n");
  expect(await told).toEqual([expect.stringContaining("reports/r1"), ""]);
  expect(bed.arrived[0]?.request).toMatchObject({ description: "What happens to me. Every day." });
});

test("report feedback asks for whole months, prints numbers and writes them to a file", async () => {
  bed.answers.set("getFeedback", {
    reportCount: 3,
    targetCount: 40,
    knownTargetCount: 2,
    decidedCount: 30,
    illegalCount: 20,
    completeScore: 75,
    usefulScore: 67,
    missing: ["threat", "description"],
  });
  const out = join(bed.dir, "feedback.json");
  const months = ["--from", "2030-01", "--to", "2030-02"];
  const ended = await bed.ntd("report", "feedback", ...months, "--submitter", "reporter/one", "--out", out);
  expect(ended.out).toMatch(/addresses +40\n/);
  expect(ended.out).toMatch(/mostly missing +threat, description\n/);
  expect(ended.out).toContain(`written to ${out}`);
  const asked = { fromTime: new Date("2030-01-01T00:00:00Z"), untilTime: new Date("2030-03-01T00:00:00Z") };
  expect(bed.arrived[0]?.request).toEqual({ ...asked, submitter: "reporter/one" });
  expect(JSON.parse(await readFile(out, "utf8"))).toMatchObject({
    format: "ntd-feedback-1",
    untilTime: "2030-03-01T00:00:00.000Z",
    illegalCount: 20,
    usefulScore: 67,
  });
  bed.answers.set("getFeedback", { ...noNumbers, decidedCount: 3 });
  const few = await bed.ntd("report", "feedback", ...months);
  expect(few.out).not.toContain("illegal");
  expect((await bed.ntd("report", "feedback", "--from", "2030-01-15")).code).toBe(2);
});

const noNumbers = {
  reportCount: 0,
  targetCount: 0,
  knownTargetCount: 0,
  decidedCount: 0,
  completeScore: 0,
  missing: [],
};

test("fingerprints of several addresses are wrong usage and nothing is sent", async () => {
  const ended = await bed.ntd("report", "submit", "http://a.example", "http://b.example", "--fingerprint", "md5:00");
  expect(ended).toEqual({
    code: 2,
    out: "",
    err: "ntd: USAGE: --fingerprint goes with exactly one address, and there are 2; report them one by one\n",
  });
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

test("report show prints what who reported it is told, of words alone too", async () => {
  const status = "REPORT_STATUS_CLOSED";
  bed.answers.set("getReport", {
    name: "reports/r1",
    receivedTime,
    status,
    targetStatuses: [],
    sentence: "Thank you.",
  });
  const { out } = await bed.ntd("report", "show", "r1");
  expect(out).toMatch(/status +closed\nsentence +Thank you\.\n$/);
});

test("report show says that a report waits, and that nothing is to be done about it", async () => {
  const answer = {
    name: "reports/r1",
    receivedTime,
    status: "REPORT_STATUS_RECEIVED",
    targetStatuses: [],
    isWaiting: true,
  };
  bed.answers.set("getReport", answer);
  const { out } = await bed.ntd("report", "show", "r1");
  expect(out).toMatch(/waits +for its turn: .*nothing needs to be sent again/);
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
