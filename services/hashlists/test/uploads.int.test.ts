import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { MovableClock, Problem } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HEADER, list, md5Line, message, newSet, policy, startHashlists, upload, members } from "./bed.ts";

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const requestId = () => randomUUID();
const started = (settings: Record<string, string> = {}, clock = new MovableClock()) =>
  startHashlists(bed, clock, settings);
type Started = Awaited<ReturnType<typeof started>>;

async function problemOfUpload(call: Promise<unknown>): Promise<Problem | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => Problem.from(error),
  );
}

const listed = async ({ anna }: Started, setId: string) =>
  (await anna.listReleases({ setId, pageSize: 0, pageToken: "" })).releases;

describe("what is no whole list is refused with a name, and leaves nothing to be seen:", () => {
  const chunk = (text: string) => message({ $case: "chunk", value: Buffer.from(text) });
  const header = (setId: string) => message({ $case: "header", value: { requestId: requestId(), setId } });
  const trailer = (byteCount: number) => message({ $case: "trailer", value: { byteCount: BigInt(byteCount) } });
  const whole = list(1);
  test.each<[string, string, (setId: string) => UploadReleaseRequest[]]>([
    ["a stream that ends without a trailer", "trailer", (set) => [header(set), chunk(whole)]],
    ["a trailer that counts other bytes", "trailer", (set) => [header(set), chunk(whole), trailer(whole.length + 1)]],
    [
      "something behind the trailer",
      "trailer",
      (set) => [header(set), chunk(whole), trailer(whole.length), chunk("x")],
    ],
    ["no header of the stream", "header", () => [chunk(whole), trailer(whole.length)]],
    ["a second header", "part", (set) => [header(set), header(set)]],
    ["nothing", "header", () => []],
    ["an empty file", "chunk", (set) => [header(set), trailer(0)]],
    ["a list without lines", "chunk", (set) => [header(set), chunk(`${HEADER}\n`), trailer(HEADER.length + 1)]],
    ["a list without its header line", "chunk", (set) => [header(set), chunk(md5Line(1)), trailer(md5Line(1).length)]],
    ["a VICS file", "chunk", (set) => [header(set), chunk('{"odata.metadata":"ProjectVic"}'), trailer(31)]],
  ])("%s", async (_, field, messages) => {
    await using service = await started();
    const setId = await newSet(service.anna);
    async function* stream() {
      yield* messages(setId);
    }
    const problem = await problemOfUpload(service.anna.uploadRelease(stream()));
    expect([problem?.reason, problem?.fields.map((fault) => fault.field)]).toEqual(["FIELD_INVALID", [field]]);
    expect(await listed(service, setId)).toEqual([]);
    const counts = await eventually("nothing is left", async () => {
      const left = await service.count();
      return left.entries === 0 && left;
    });
    expect(counts.sets).toBe(1);
  });
});

test("a file over the limit is refused", async () => {
  await using service = await started({ MAX_RELEASE_MB: "1" });
  const setId = await newSet(service.anna);
  const problem = await problemOfUpload(upload(service.anna, setId, list(1) + "\n".repeat(1024 * 1024)));
  expect(problem?.reason).toBe("TOO_LARGE");
  expect(await listed(service, setId)).toEqual([]);
});

test("an upload whose client goes away leaves nothing, and the same request can be made again", async () => {
  await using service = await started();
  const setId = await newSet(service.anna);
  const id = requestId();
  const gone = new AbortController();
  async function* stream() {
    yield message({ $case: "header", value: { requestId: id, setId } });
    yield message({ $case: "chunk", value: Buffer.from(list(1200)) });
    gone.abort();
    yield message({ $case: "chunk", value: Buffer.from(md5Line(5000)) });
  }
  const problem = await problemOfUpload(service.anna.uploadRelease(stream(), { signal: gone.signal }));
  expect(problem).toBeDefined();
  expect(await listed(service, setId)).toEqual([]);
  const { release } = await upload(service.anna, setId, list(3), { requestId: id });
  expect(release).toMatchObject({ state: "RELEASE_STATE_VALIDATED", entryCount: 3n });
  await eventually("what broke off is removed", async () => (await service.count()).entries === 3);
});

test("an upload that takes too long is refused, and leaves nothing", async () => {
  const clock = new MovableClock();
  await using service = await started({ UPLOAD_MINUTES: "10" }, clock);
  const setId = await newSet(service.anna);
  async function* stream() {
    yield message({ $case: "header", value: { requestId: requestId(), setId } });
    yield message({ $case: "chunk", value: Buffer.from(list(1200)) });
    while (true) {
      await delay(10);
      clock.advance(10 * 60_000);
      yield message({ $case: "chunk", value: Buffer.from("\n") });
    }
  }
  expect((await problemOfUpload(service.anna.uploadRelease(stream())))?.reason).toBe("TIMED_OUT");
  expect(await listed(service, setId)).toEqual([]);
  await eventually("what was stored is removed", async () => (await service.count()).entries === 0);
});

test("a repeated upload gets the first answer, whatever became of it; another file under its id is refused", async () => {
  await using service = await started();
  const { anna, ben } = service;
  const setId = await newSet(anna);
  const id = requestId();
  const first = await upload(anna, setId, list(3), { requestId: id });
  const releaseId = first.release?.releaseId ?? "";
  await ben.approveRelease({ requestId: requestId(), releaseId });
  await anna.activateRelease({ requestId: requestId(), releaseId });
  expect(await upload(anna, setId, list(3), { requestId: id, chunkBytes: 11 })).toEqual(first);
  expect((await problemOfUpload(upload(anna, setId, list(4), { requestId: id })))?.reason).toBe("REQUEST_ID_REUSED");
  const other = await newSet(anna);
  expect((await problemOfUpload(upload(anna, other, list(3), { requestId: id })))?.reason).toBe("REQUEST_ID_REUSED");
  // Ben's request ids are his own.
  expect((await upload(ben, setId, list(3), { requestId: id })).release?.releaseId).not.toBe(releaseId);
  expect(await service.count()).toMatchObject({ releases: 2, entries: 6 });
});

test("creating, approving and activating answer a repeat as they did at first", async () => {
  await using service = await started();
  const { anna, ben } = service;
  const create = { requestId: requestId(), setId: "set-a", policy, members };
  const created = await anna.createSet(create);
  const { release } = await upload(anna, "set-a", list(1));
  const step = { requestId: requestId(), releaseId: release?.releaseId ?? "" };
  const approved = await ben.approveRelease(step);
  const activated = await ben.activateRelease(step);
  expect(await anna.createSet(create)).toEqual(created);
  expect(await ben.approveRelease(step)).toEqual(approved);
  expect(await ben.activateRelease(step)).toEqual(activated);
  const other = await upload(anna, "set-a", list(2));
  const reused = { ...step, releaseId: other.release?.releaseId ?? "" };
  await expect(ben.activateRelease({ ...reused })).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
  await expect(anna.createSet({ ...create, setId: "set-b" })).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
  await expect(anna.createSet({ ...create, requestId: requestId() })).rejects.toMatchObject({
    reason: "ALREADY_EXISTS",
  });
  await expect(anna.createSet({ ...create, requestId: "1" })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  await expect(anna.createSet({ ...create, requestId: requestId(), setId: "A b" })).rejects.toMatchObject({
    reason: "FIELD_INVALID",
  });
  expect((await anna.listSets({ pageSize: 0, pageToken: "" })).sets).toMatchObject([{ setId: "set-a", counter: 1n }]);
});

test("what is not there is not found", async () => {
  await using service = await started();
  const { anna } = service;
  const nothing = { requestId: requestId(), releaseId: "none" };
  const found = [
    upload(anna, "none", list(1)),
    anna.approveRelease(nothing),
    anna.activateRelease(nothing),
    anna.listReleases({ setId: "none", pageSize: 0, pageToken: "" }),
    service.entries("none"),
  ];
  const problems = await Promise.all(found.map((call) => problemOfUpload(call)));
  expect(problems.map((problem) => problem?.reason)).toEqual(found.map(() => "NOT_FOUND"));
});
