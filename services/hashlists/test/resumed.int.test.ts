import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { HashListServiceService, type UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { UploadServiceService } from "@ntd/proto/hashlists/v1/upload_service";
import { connect } from "@ntd/rpc";
import { MovableClock, Problem } from "@ntd/service";
import { freePort } from "@ntd/embedded";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { list, message, newSet, startHashlists, upload, type Maintainer } from "./bed.ts";

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

// Some pieces of a mebibyte.
const file = Buffer.from(list(70_000));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const wait = { deadline: 30_000 };

const problemOf = (error: unknown) => Problem.from(error);

interface Cut {
  requestId: string;
  setId: string;
  from?: number;
  bytes: number;
  /** Resolves when no more is sent; nothing comes behind that. */
  until: Promise<void>;
}

/** A file of which no more than some bytes is sent. */
async function* cutOff({ requestId, setId, from = 0, bytes, until }: Cut): AsyncGenerator<UploadReleaseRequest> {
  yield message({
    $case: "header",
    value: { requestId, setId, ...(from > 0 && { resumeAtByte: BigInt(from) }) },
  });
  for (let at = from; at < bytes; at += 64 * 1024) {
    yield message({ $case: "chunk", value: file.subarray(at, Math.min(bytes, at + 64 * 1024)) });
  }
  await until;
}

test("an upload that breaks off goes on where it stopped, again and again, and is as if it had come in one", async () => {
  await using service = await startHashlists(bed, new MovableClock());
  const { anna, uploads } = service;
  const setId = await newSet(anna);
  const requestId = randomUUID();
  const asked = { setId, uploadRequestId: requestId };
  expect(await uploads.getUpload(asked)).toMatchObject({ state: "UPLOAD_STATE_NONE", keptBytes: 0n });
  let from = 0;
  for (const bytes of [1_500_000, 2_100_001]) {
    // Without a trailer, as a proxy ends it.
    const stream = cutOff({ requestId, setId, from, bytes, until: Promise.resolve() });
    const problem = await anna.uploadRelease(stream).catch(problemOf);
    expect(problem).toMatchObject({ reason: "FIELD_INVALID", fields: [{ field: "trailer" }] });
    const kept = await uploads.getUpload(asked);
    expect(kept).toMatchObject({ state: "UPLOAD_STATE_KEPT", keptBytes: BigInt(bytes) });
    expect(Buffer.from(kept.keptSha256).equals(sha256(file.subarray(0, bytes)))).toBe(true);
    from = bytes;
  }
  // Behind more than is kept nothing goes on; behind less it does.
  const beyond = upload(anna, setId, file, { requestId, header: { resumeAtByte: 2_100_002n } });
  expect(await beyond.catch(problemOf)).toMatchObject({ fields: [{ field: "header.resume_at_byte" }] });
  const { release } = await upload(anna, setId, file, { requestId, header: { resumeAtByte: 2_000_000n } });
  expect(release).toMatchObject({ entryCount: 70_000n, fileBytes: BigInt(file.length), report: { rows: 70_000n } });
  expect(Buffer.from(release?.fileSha256 ?? []).equals(sha256(file))).toBe(true);
  expect(await uploads.getUpload(asked)).toMatchObject({
    state: "UPLOAD_STATE_ENDED",
    release: { releaseId: release?.releaseId },
  });
  // The same request whole is the same upload.
  expect((await upload(anna, setId, file, { requestId })).release?.releaseId).toBe(release?.releaseId);
});

test("it goes on after its client went away in the middle", async () => {
  await using service = await startHashlists(bed, new MovableClock());
  const { anna, uploads } = service;
  const setId = await newSet(anna);
  const requestId = randomUUID();
  const [gone, never] = [new AbortController(), Promise.withResolvers<void>()];
  const stream = cutOff({ requestId, setId, bytes: 1_300_000, until: never.promise });
  const cut = anna.uploadRelease(stream, { signal: gone.signal }).catch(() => undefined);
  const keptBytes = async () => (await uploads.getUpload({ setId, uploadRequestId: requestId })).keptBytes;
  await eventually("a piece is written", async () => (await keptBytes()) > 1_000_000n);
  gone.abort();
  never.resolve();
  await cut;
  // Whatever of the rest arrived may be written only now: it is sent again.
  const { release } = await upload(anna, setId, file, { requestId, header: { resumeAtByte: await keptBytes() } });
  expect(release).toMatchObject({ entryCount: 70_000n, fileBytes: BigInt(file.length) });
});

test("what is kept is nobody else's, is bounded, and lapses", async () => {
  const clock = new MovableClock();
  await using service = await startHashlists(bed, clock);
  const { anna, ben, uploads } = service;
  const setId = await newSet(anna);
  const stateOf = async (uploadRequestId: string) => (await uploads.getUpload({ setId, uploadRequestId })).state;
  const ids = Array.from({ length: 6 }, () => randomUUID());
  for (const requestId of ids) {
    const stream = cutOff({ requestId, setId, bytes: 1000, until: Promise.resolve() });
    await (requestId === ids[0] ? ben : anna).uploadRelease(stream).catch(() => undefined);
    clock.advance(1000);
  }
  // Ben's is not Anna's, and of hers the newest four are kept.
  const states = await Promise.all(ids.map(stateOf));
  expect(states.filter((state) => state === "UPLOAD_STATE_KEPT")).toHaveLength(4);
  expect(states.slice(0, 2)).toEqual(["UPLOAD_STATE_NONE", "UPLOAD_STATE_NONE"]);
  await eventually("they lapse", async () => {
    clock.advance(25 * 3_600_000);
    return (await Promise.all(ids.map(stateOf))).every((state) => state === "UPLOAD_STATE_NONE");
  });
});

test("it goes on after the service was killed, from what was written by then", async () => {
  const port = await freePort();
  const environment = await bed.environment("hashlists", { LISTEN: `127.0.0.1:${port}` });
  const main = join(import.meta.dirname, "../src/main.ts");
  const { PATH = "" } = process.env;
  const started = () => spawn(process.execPath, [main], { env: { PATH, ...environment }, stdio: "ignore" });
  const address = `localhost:${port}`;
  const identityDir = await bed.identity("maintainer", "anna");
  await using anna: Maintainer = connect(HashListServiceService, { address, identityDir });
  await using uploads = connect(UploadServiceService, { address, identityDir });
  let child = started();
  try {
    const setId = await eventually("it serves", () => newSet(anna).catch(() => false as const));
    const requestId = randomUUID();
    const dead = Promise.withResolvers<void>();
    const stream = cutOff({ requestId, setId, bytes: 3_000_000, until: dead.promise });
    const cut = anna.uploadRelease(stream, wait).catch(() => undefined);
    const asked = { setId, uploadRequestId: requestId };
    await eventually("two pieces are written", async () => (await uploads.getUpload(asked)).keptBytes >= 2_000_000n);
    child.kill("SIGKILL");
    await once(child, "exit");
    dead.resolve();
    await cut;
    child = started();
    const kept = await eventually("it serves again", () => uploads.getUpload(asked).catch(() => false as const));
    expect(kept.state).toBe("UPLOAD_STATE_KEPT");
    const bytes = Number(kept.keptBytes);
    expect(Buffer.from(kept.keptSha256).equals(sha256(file.subarray(0, bytes)))).toBe(true);
    const { release } = await upload(anna, setId, file, { requestId, header: { resumeAtByte: kept.keptBytes } });
    expect(release).toMatchObject({ entryCount: 70_000n, fileBytes: BigInt(file.length) });
    expect(Buffer.from(release?.fileSha256 ?? []).equals(sha256(file))).toBe(true);
  } finally {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
});
