import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import { Capacity } from "@ntd/proto/intake/v1/complaint";
import { ComplaintServiceService, type SubmitComplaintRequest } from "@ntd/proto/intake/v1/complaint_service";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { connect, problemOf } from "@ntd/rpc";
import { MovableClock, openAddress, sealerFromFile } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readIntakeConfig, type IntakeConfig } from "../src/config.ts";
import { start } from "../src/service.ts";

let bed: TestBed;
let config: IntakeConfig;
let intake: Running;
const clock = new MovableClock(new Date("2026-03-01T12:00:00Z"));
const week = 7 * 24 * 3_600_000;

beforeAll(async () => {
  bed = await startTestBed();
  config = readIntakeConfig(await bed.environment("intake"));
  intake = await start(config, { clock });
});
afterAll(async () => {
  await intake[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

async function client(kind: "reporter" | "isp" | "assessor" = "reporter", name = "one") {
  return connect(ComplaintServiceService, { address: intake.address, identityDir: await bed.identity(kind, name) });
}

const complaint = (change: Partial<SubmitComplaintRequest> = {}): SubmitComplaintRequest => ({
  requestId: randomUUID(),
  capacity: Capacity.UPLOADER,
  url: `https://${randomUUID()}.example/x`,
  caseId: "",
  text: "it is my own picture",
  contact: "me@mine.example",
  language: "ms",
  ...change,
});
const told = (name: string) =>
  eventually("its event", async () =>
    (await bed.published(nouns.complaint)).find(({ data }) => name === `complaints/${data.complaintId}`),
  );
const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "OK",
    (error: unknown) => problemOf(error).reason,
  );

test("a complaint becomes one event, sealed, about the target that a report of the address has", async () => {
  await using uploader = await client();
  const given = complaint();
  const { name } = await uploader.submitComplaint(given);
  await using reporter = connect(ReportServiceService, {
    address: intake.address,
    identityDir: await bed.identity("reporter", "one"),
  });
  const target = { url: given.url, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE" as const, fingerprints: [] };
  const rest = { channel: "CHANNEL_PUBLIC" as const, description: "", threat: undefined, language: "" };
  await reporter.submitReport({ requestId: randomUUID(), targets: [target], ...rest });
  const { verb, version, data } = await told(name);
  expect([verb, version]).toEqual(["received", 1]);
  const targets = await eventually("the report", async () => (await bed.published(nouns.report)).at(-1)?.data.targets);
  expect(data.targetId).toBe(targets[0]?.targetId);
  const sealer = sealerFromFile(config.sealingKeysFile);
  const { address, text, contact } = data;
  if (address === undefined || text === undefined || contact === undefined) throw new Error("not told");
  expect(openAddress(sealer, address).original).toBe(given.url);
  expect([sealer.open(text), sealer.open(contact)]).toEqual([given.text, given.contact]);
  const bytes = Buffer.from(nouns.complaint.codec.encode(data).finish()).toString("latin1");
  expect(bytes).not.toMatch(/picture|mine\.example|reporter/);
});

test("with and without a case, known or not, the words and the times of the answers are the same", async () => {
  await using anybody = await client();
  const reported = complaint();
  const about = [reported, complaint({ url: reported.url }), complaint({ url: "", caseId: randomUUID() })];
  const [receivedTime, answerTime] = [clock.now(), new Date(clock.now().getTime() + week)];
  const names: string[] = [];
  for (const request of about) {
    const { name, ...answer } = await anybody.submitComplaint(request);
    names.push(name);
    expect(answer).toEqual({
      receivedTime,
      answerTime,
      sentence: expect.stringMatching(/^We have received your complaint\./) as string,
      readAs: "",
    });
  }
  const states = async () =>
    new Set(
      await Promise.all(
        names.map(async (name) => {
          const { name: _, ...rest } = await anybody.getComplaint({ name });
          return JSON.stringify(rest);
        }),
      ),
    );
  clock.advance(week - 1);
  expect([...(await states())].join()).toMatch(/COMPLAINT_STATE_RECEIVED/);
  expect((await states()).size).toBe(1);
  clock.advance(1);
  expect([...(await states())].join()).toMatch(/COMPLAINT_STATE_ANSWERED/);
  expect((await states()).size).toBe(1);
});

test("a repeat gets the first answer, another body is refused, and a repaired address is told", async () => {
  await using anybody = await client();
  const given = complaint({ url: "hxxps://b[.]example/x" });
  const answer = await anybody.submitComplaint(given);
  expect(answer.readAs).toBe("https://b.example/x");
  clock.advance(1000);
  expect(await anybody.submitComplaint({ ...given, requestId: given.requestId.toUpperCase() })).toEqual(answer);
  expect(await reasonOf(anybody.submitComplaint({ ...given, text: "else" }))).toBe("REQUEST_ID_REUSED");
});

test("a complaint is its sender's; providers may complain, assessors have no need to", async () => {
  await using anybody = await client();
  await using other = await client("reporter", "two");
  await using provider = await client("isp", "alpha");
  await using assessor = await client("assessor");
  const { name } = await anybody.submitComplaint(complaint());
  expect(await reasonOf(other.getComplaint({ name }))).toBe("NOT_FOUND");
  expect(await reasonOf(anybody.getComplaint({ name: "complaints/x" }))).toBe("FIELD_INVALID");
  expect(await reasonOf(provider.submitComplaint(complaint({ capacity: Capacity.PROVIDER })))).toBe("OK");
  expect(await reasonOf(assessor.submitComplaint(complaint()))).toBe("NOT_ALLOWED");
});
