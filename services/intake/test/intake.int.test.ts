import { WITHDRAWS_NOTHING } from "@ntd/facts";
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import vectors from "@ntd/address/vectors.json" with { type: "json" };
import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import { CaseState, Priority, QueueReason, Verdict, type Case } from "@ntd/proto/casework/v1/case";
import { Channel } from "@ntd/proto/intake/v1/report";
import { ReportServiceService, ReportStatus, type SubmitReportRequest } from "@ntd/proto/intake/v1/report_service";
import { ProbeReason, TargetState, type Target } from "@ntd/proto/prober/v1/target";
import { connect, problemOf } from "@ntd/rpc";
import { openAddress, sealerFromFile } from "@ntd/service";
import { eventually, startTestBed, type TestBed, unobserved, unobservedCase } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readIntakeConfig, type IntakeConfig } from "../src/config.ts";
import { start } from "../src/service.ts";

let bed: TestBed;
let config: IntakeConfig;
let intake: Running;

beforeAll(async () => {
  bed = await startTestBed();
  const targetKeyFile = join(bed.dir, "vectors-key");
  await writeFile(targetKeyFile, Buffer.from(vectors.targetKey, "hex"));
  config = readIntakeConfig(await bed.environment("intake", { TARGET_KEY_FILE: targetKeyFile }));
  intake = await start(config);
});
afterAll(async () => {
  await intake[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

async function client(kind: "reporter" | "police" | "assessor" = "reporter", name = "one") {
  return connect(ReportServiceService, { address: intake.address, identityDir: await bed.identity(kind, name) });
}

function request(given: Partial<SubmitReportRequest> = {}, ...urls: string[]): SubmitReportRequest {
  return {
    requestId: randomUUID(),
    channel: Channel.PUBLIC,
    targets: (urls.length === 0 ? [`https://${randomUUID()}.example/x`] : urls).map((url) => ({
      url,
      observedTime: undefined,
      mediaType: "MEDIA_TYPE_IMAGE",
      fingerprints: [],
    })),
    description: "",
    threat: undefined,
    language: "",
    ...given,
  };
}

const reports = () => bed.published(nouns.report);
const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "OK",
    (error: unknown) => problemOf(error).reason,
  );

test("a report becomes one event with sealed addresses, and the same address has the same id", async () => {
  await using reporter = await client();
  const given = request({ description: "seen on a forum" }, "http://a.example/x#top", "http://a.example/y/../x");
  const answer = await reporter.submitReport(given);
  const event = await eventually("the event", async () =>
    (await reports()).find(({ data }) => answer.name === `reports/${data.reportId}`),
  );
  expect([event.verb, event.version]).toEqual(["received", 1]);
  const [first, second] = event.data.targets;
  expect(first?.targetId).toMatch(/^[0-9a-f]{32}$/);
  expect(second?.targetId).toBe(first?.targetId);
  const sealer = sealerFromFile(config.sealingKeysFile);
  expect(
    JSON.parse(sealer.open(first?.address ?? { keyId: "", nonce: new Uint8Array(), ciphertext: new Uint8Array() })),
  ).toEqual({
    original: "http://a.example/x#top",
    fetch: "http://a.example/x#top",
    key: "http://a.example/x",
  });
  expect(Buffer.from(nouns.report.codec.encode(event.data).finish()).includes("a.example")).toBe(false);
  expect(Buffer.from(nouns.report.codec.encode(event.data).finish()).includes("forum")).toBe(false);
});

test("the ids of targets are those of the vectors, which the prober computes too", async () => {
  await using reporter = await client();
  const { name } = await reporter.submitReport(request({}, ...vectors.vectors.map(({ address }) => address)));
  const event = await eventually("the event", async () =>
    (await reports()).find(({ data }) => name === `reports/${data.reportId}`),
  );
  expect(event.data.targets.map(({ targetId }) => targetId)).toEqual(vectors.vectors.map(({ targetId }) => targetId));
});

test("a reporter is told as what a pasted address was read, again when it is repeated", async () => {
  await using reporter = await client();
  const given = request(
    {},
    "https://a.example/x",
    " <hxxps://b[.]example/x>",
    "\u200bhttp://c.example/x ",
    "https://d.example/",
  );
  const answer = await reporter.submitReport(given);
  expect(answer.readAs).toEqual([
    { index: 1, url: "https://b.example/x" },
    { index: 2, url: "http://c.example/x" },
  ]);
  expect(await reporter.submitReport(given)).toEqual(answer);
  const event = await eventually("the event", async () =>
    (await reports()).find(({ data }) => answer.name === `reports/${data.reportId}`),
  );
  const sealed = event.data.targets[1]?.address;
  expect(sealed && openAddress(sealerFromFile(config.sealingKeysFile), sealed)).toMatchObject({
    original: " <hxxps://b[.]example/x>",
    fetch: "https://b.example/x",
  });
});

test("two addresses in one field are refused with the reason and without them", async () => {
  await using reporter = await client();
  const given = request({}, "https://a.example/x", "https://b.example/y\nhttps://c.example/z");
  const problem = await reporter.submitReport(given).catch((error: unknown) => problemOf(error));
  expect(problem).toMatchObject({
    reason: "FIELD_INVALID",
    message: "targets[1].url: holds two addresses; report each by itself",
  });
});

test("what one submitter sends by one channel is told apart from what others send, and nobody is named", async () => {
  const keyOf = async (name: string, channel: Channel) => {
    await using reporter = await client("reporter", name);
    const { name: report } = await reporter.submitReport(request({ channel }));
    return eventually("the event", async () => {
      const event = (await reports()).find(({ data }) => report === `reports/${data.reportId}`);
      return event?.data.fairnessKey;
    });
  };
  const first = await keyOf("fair-one", Channel.PUBLIC);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(await keyOf("fair-one", Channel.PUBLIC)).toBe(first);
  expect(
    new Set([first, await keyOf("fair-one", Channel.INDUSTRY), await keyOf("fair-two", Channel.PUBLIC)]).size,
  ).toBe(3);
});

test("a repeat gets the first answer, another body under the same request id is refused", async () => {
  await using reporter = await client();
  const given = request();
  const first = await reporter.submitReport(given);
  expect(await reporter.submitReport(given)).toEqual(first);
  expect(await reporter.submitReport({ ...given, requestId: given.requestId.toUpperCase() })).toEqual(first);
  expect(await reasonOf(reporter.submitReport({ ...given, language: "ms" }))).toBe("REQUEST_ID_REUSED");
  await using other = await client("reporter", "two");
  expect((await other.submitReport(given)).name).not.toBe(first.name);
});

test("a bad request leaves no trace", async () => {
  await using reporter = await client();
  const told = ({ name }: { name: string }) =>
    eventually("its event", async () => (await reports()).find(({ data }) => name.endsWith(data.reportId)));
  // Behind the events of all reports before it.
  await told(await reporter.submitReport(request()));
  const before = (await bed.bus.manager.streams.info("INTAKE")).state.last_seq;
  const bad = request({}, "https://a.example/ok", "javascript:alert(1)");
  const problem = await reporter.submitReport(bad).catch((error: unknown) => problemOf(error));
  expect(problem).toMatchObject({ reason: "FIELD_INVALID", fields: [{ field: "targets[1].url" }] });
  // The same request id is still free: nothing was saved under it.
  await told(await reporter.submitReport({ ...request({}, "https://a.example/ok"), requestId: bad.requestId }));
  expect((await bed.bus.manager.streams.info("INTAKE")).state.last_seq).toBe(before + 1);
});

test("long addresses that together do not fit into an event are refused with a field", async () => {
  await using reporter = await client();
  const urls = Array.from({ length: 40 }, (_, i) => `https://a.example/${i}/${"x".repeat(8000)}`);
  const problem = await reporter.submitReport(request({}, ...urls)).catch((error: unknown) => problemOf(error));
  expect(problem).toMatchObject({ reason: "FIELD_INVALID", fields: [{ field: "report" }] });
});

test("only reporters and police submit, police by their own channel", async () => {
  await using assessor = await client("assessor");
  expect(await reasonOf(assessor.submitReport(request()))).toBe("NOT_ALLOWED");
  await using police = await client("police");
  expect(await reasonOf(police.submitReport(request()))).toBe("FIELD_INVALID");
  expect(await reasonOf(police.submitReport(request({ channel: Channel.POLICE })))).toBe("OK");
});

test("a report is its submitter's alone", async () => {
  await using reporter = await client();
  const { name } = await reporter.submitReport(request());
  expect((await reporter.getReport({ name })).status).toBe(ReportStatus.RECEIVED);
  await using other = await client("reporter", "two");
  expect(await reasonOf(other.getReport({ name }))).toBe("NOT_FOUND");
  expect(await reasonOf(reporter.getReport({ name: `reports/${randomUUID()}` }))).toBe("NOT_FOUND");
  expect(await reasonOf(reporter.getReport({ name: "everything" }))).toBe("FIELD_INVALID");
});

test("the status follows the target and the case, and is the least advanced of the targets", async () => {
  await using reporter = await client();
  const { one, two, reaches } = await twoTargets(reporter);
  await bed.publish(nouns.target, "present", one, 2, target(one, TargetState.PRESENT));
  expect((await reaches(ReportStatus.BEING_HANDLED, ReportStatus.RECEIVED)).status).toBe(ReportStatus.RECEIVED);
  await bed.publish(nouns.case, "decided", "case-one", 1, caseOf("case-one", one, Verdict.ILLEGAL));
  await bed.publish(nouns.case, "decided", "case-two", 1, caseOf("case-two", two, Verdict.NOT_ILLEGAL));
  // What cannot be seen, or was never there, is outwardly nothing new.
  await bed.publish(nouns.target, "unseen", one, 3, target(one, TargetState.UNSEEN));
  const absent = { ...target(two, TargetState.SUSPECT_GONE), neverSeen: true };
  await bed.publish(nouns.target, "suspect_gone", two, 1, absent);
  await reaches(ReportStatus.BEING_HANDLED, ReportStatus.CLOSED);
  await bed.publish(nouns.target, "gone", one, 4, target(one, TargetState.GONE));
  expect((await reaches(ReportStatus.CLOSED, ReportStatus.CLOSED)).status).toBe(ReportStatus.CLOSED);
  // An older event that comes late changes nothing; the next one, known to be handled after it, shows that it was read.
  await bed.publish(nouns.target, "present", one, 1, target(one, TargetState.PRESENT));
  await bed.publish(nouns.case, "queued", "case-two", 2, { ...caseOf("case-two", two), state: CaseState.QUEUED });
  expect((await reaches(ReportStatus.CLOSED, ReportStatus.BEING_HANDLED)).status).toBe(ReportStatus.BEING_HANDLED);
});

test("illegal despite gone does not close a report on what machines said before, but on what they say afterwards", async () => {
  await using reporter = await client();
  const { one, two, reaches } = await twoTargets(reporter);
  await bed.publish(nouns.target, "gone", one, 1, target(one, TargetState.GONE));
  const aCase = caseOf("case-three", one, Verdict.ILLEGAL);
  const decision = aCase.decision && { ...aCase.decision, decidedTime: new Date(), despiteGone: true };
  await bed.publish(nouns.case, "decided", "case-three", 1, { ...aCase, decision });
  // Known to be handled after it.
  await bed.publish(nouns.case, "decided", "case-four", 1, caseOf("case-four", two, Verdict.OUT_OF_SCOPE));
  await reaches(ReportStatus.BEING_HANDLED, ReportStatus.CLOSED);
  await bed.publish(nouns.target, "closed", one, 2, target(one, TargetState.CLOSED));
  await reaches(ReportStatus.CLOSED, ReportStatus.CLOSED);
});

async function twoTargets(reporter: Awaited<ReturnType<typeof client>>) {
  const { name } = await reporter.submitReport(
    request({}, `https://${randomUUID()}.example/`, `https://${randomUUID()}.example/`),
  );
  const event = await eventually("the event", async () =>
    (await reports()).find(({ data }) => name.endsWith(data.reportId)),
  );
  const [one = "", two = ""] = event.data.targets.map(({ targetId }) => targetId);
  const reaches = (...statuses: ReportStatus[]) =>
    eventually(statuses.join(), async () => {
      const found = await reporter.getReport({ name });
      return found.targetStatuses.join() === statuses.join() && found;
    });
  return { one, two, reaches };
}

function target(targetId: string, state: TargetState): Target {
  return {
    targetId,
    episode: 1,
    state,
    reason: ProbeReason.UNSPECIFIED,
    address: undefined,
    resolvedIp: "",
    firstSeenTime: undefined,
    lastSeenTime: undefined,
    goneTime: undefined,
    slotsRequired: 3,
    content: undefined,
    vantage: "",
    probedTime: undefined,
    ...unobserved,
  };
}

function caseOf(caseId: string, targetId: string, verdict?: Verdict): Case {
  const decision = {
    decisionId: "d",
    decidedBy: "machine",
    decidedTime: new Date(),
    classifications: [],
    basis: "",
    reason: undefined,
    despiteGone: false,
    ...WITHDRAWS_NOTHING,
  };
  return {
    caseId,
    targetId,
    episode: 1,
    state: CaseState.DECIDED,
    priority: Priority.NORMAL,
    queueReason: QueueReason.UNSPECIFIED,
    address: undefined,
    resolvedIp: "",
    targetState: TargetState.PRESENT,
    targetReason: ProbeReason.UNSPECIFIED,
    hits: [],
    evidenceRevision: 1,
    decision: verdict === undefined ? undefined : { ...decision, verdict },
    reportCount: 1,
    reportIds: [],
    openedTime: new Date(),
    fingerprints: [],
    firstReportTime: undefined,
    firstReportRevision: 0,
    ...unobservedCase,
  };
}
