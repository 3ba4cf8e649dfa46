import { fork } from "node:child_process";
import { mkdtemp, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cryptographicHashes, FORMS, hashPicture } from "@ntd/imagehash";
import { animate, generatePicture } from "@ntd/imagehash/generated";
import { DERIVED_NAMES } from "@ntd/imagehash/hashes";
import { Algorithm } from "@ntd/proto/common/v1/common";
import { FingerprintServiceService, HashRecipe, PictureProblem } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { StatusServiceService } from "@ntd/proto/operations/v1/status_service";
import { connect } from "@ntd/rpc";
import { innermost } from "@ntd/sandbox";
import { createLog, Problem } from "@ntd/service";
import { createAuthority, issueIdentity, type IdentityName } from "@ntd/embedded";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readFingerprintConfig } from "../src/config.ts";
import { decoderSandbox } from "../src/decoder-sandbox.ts";
import { processorSeconds, residentMb } from "../src/process-use.ts";
import { start } from "../src/service.ts";
import { avif16, avif81, progressive81 } from "./pictures.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-fingerprint-"));
  await createAuthority(dir);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function started(
  settings: Record<string, string> = {},
  caller: IdentityName = { kind: "service", name: "prober" },
) {
  await using stack = new AsyncDisposableStack();
  const running = stack.use(new AsyncDisposableStack());
  const own = await issueIdentity(dir, { kind: "service", name: "fingerprint" });
  const config = readFingerprintConfig({
    NTD_ENVIRONMENT: "TEST",
    NTD_LOG_LEVEL: process.env["NTD_TEST_LOG"] ?? "silent",
    FINGERPRINT_IDENTITY_DIR: own.dir,
    // A picture takes long on a busy machine.
    FINGERPRINT_TIMEOUT_MS: "20000",
    ...settings,
  });
  const { address } = running.use(await start(config));
  const identityDir = (await issueIdentity(dir, caller)).dir;
  const client = stack.use(connect(FingerprintServiceService, { address, identityDir, deadlineMs: 20_000 }));
  const held = stack.move();
  return {
    compute: (content: Uint8Array, recipe?: HashRecipe) => client.computeFingerprints({ content, recipe }),
    derive: (content: Uint8Array) => client.computeFingerprints({ content, withDerived: true }),
    stop: () => running.disposeAsync(),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Processes that the service's process has started: the decoders. */
async function decoders(parent = process.pid): Promise<number[]> {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, "latin1");
  return children
    .split(" ")
    .filter((pid) => pid !== "")
    .map((pid) => innermost(Number(pid)));
}

/** The one that a single worker keeps: one that was started for the start's check may be there for a moment, too. */
function onlyDecoder(): Promise<number> {
  return eventually("a single decoder", async () => {
    const pids = await decoders();
    return pids.length === 1 && pids[0];
  });
}

test("a picture gets its fingerprints, and its decoder stays for the next one", async () => {
  await using service = await started();
  const picture = await generatePicture(1);
  const answer = await service.compute(picture);
  expect(answer).toMatchObject({ problem: PictureProblem.UNSPECIFIED, recipe: "exact-1", format: "jpeg", width: 640 });
  const found = Object.fromEntries(answer.fingerprints.map((f) => [f.algorithm, f]));
  expect(Buffer.from(found[Algorithm.SHA256]?.value ?? []).toString("hex")).toBe(cryptographicHashes(picture).sha256);
  expect(found[Algorithm.PDQ]?.quality).toBeGreaterThanOrEqual(50);
  expect(found[Algorithm.BLOCKHASH256]?.quality).toBeGreaterThanOrEqual(60);
  expect(answer.pdqForms.map(({ form }) => form)).toEqual([...FORMS]);
  expect(answer.pdqForms[0]?.value).toEqual(found[Algorithm.PDQ]?.value);
  const before = await decoders();
  expect(await service.compute(picture)).toEqual(answer);
  expect(await decoders()).toEqual(before);
});

test("a picture is hashed by the recipe that was asked for, and one that nobody knows is refused", async () => {
  await using service = await started();
  const picture = await generatePicture(1, { width: 1200, height: 900 });
  for (const [asked, name] of [
    [HashRecipe.UNSPECIFIED, "exact"],
    [HashRecipe.EXACT, "exact"],
    [HashRecipe.FAST, "fast"],
  ] as const) {
    const hashed = await hashPicture(picture, { recipe: name });
    const answer = await service.compute(picture, asked);
    expect(answer).toMatchObject({ recipe: `${name}-1`, width: 1200, height: 900 });
    const pdq = answer.fingerprints.find(({ algorithm }) => algorithm === Algorithm.PDQ);
    expect(pdq?.value).toEqual(hashed.ok && Buffer.from(hashed.pdq.forms.original));
  }
  const unknown = service.compute(picture, HashRecipe.UNRECOGNIZED).catch((e: unknown) => Problem.from(e));
  expect(await unknown).toMatchObject({ reason: "FIELD_INVALID", fields: [{ field: "recipe" }] });
});

test("who asks for it is told what a picture would be after edits; of an animation, and unasked, nothing", async () => {
  await using service = await started();
  const picture = await generatePicture(7);
  const { derived, ...told } = await service.derive(picture);
  expect(derived.map(({ edit }) => edit)).toEqual(DERIVED_NAMES.slice(1));
  expect(derived.every(({ pdq, quality }) => pdq.length === 32 && quality >= 50)).toBe(true);
  expect(await service.compute(picture)).toEqual({ ...told, derived: [] });
  const moving = await animate([picture, await generatePicture(8)], [100, 100]);
  expect(await service.derive(moving)).toMatchObject({ frameCount: 2, derived: [] });
});

test("files that give no picture have a named problem and their exact fingerprints", async () => {
  await using service = await started();
  const files: [PictureProblem, Uint8Array][] = [
    [PictureProblem.NOT_A_PICTURE, new Uint8Array()],
    [PictureProblem.NOT_A_PICTURE, Buffer.from("this is no picture")],
    [PictureProblem.NOT_A_PICTURE, Buffer.from("BM, and so on")],
    [PictureProblem.NOT_A_PICTURE, Buffer.from("<!doctype html><p>Removed <svg width=9></svg></p>")],
    [
      PictureProblem.FORMAT_NOT_ALLOWED,
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>'),
    ],
    [PictureProblem.TOO_LARGE, avif81()],
    [PictureProblem.TOO_LARGE, progressive81()],
    [PictureProblem.TOO_LARGE, new Uint8Array(25 * 1024 * 1024 + 1)],
    [PictureProblem.TOO_SMALL, await generatePicture(1, { width: 15, height: 99 })],
    [PictureProblem.BROKEN, (await generatePicture(1)).subarray(0, 40)],
  ];
  for (const [problem, file] of files) {
    const answer = await service.compute(file);
    expect([answer.problem, answer.pdqForms]).toEqual([problem, []]);
    const sha256 = Buffer.from(answer.fingerprints[0]?.value ?? []).toString("hex");
    expect(sha256).toBe(cryptographicHashes(file).sha256);
    expect(answer.fingerprints.map((f) => f.algorithm)).toEqual([Algorithm.SHA256, Algorithm.SHA1, Algorithm.MD5]);
  }
});

test("a picture whose end is cut off is decoded as far as it goes, and that is said", async () => {
  await using service = await started();
  const picture = await generatePicture(1);
  const answer = await service.compute(picture.subarray(0, picture.length - 500));
  expect(answer).toMatchObject({ problem: PictureProblem.UNSPECIFIED, degraded: true });
});

test("a message over the limit is refused", async () => {
  await using service = await started();
  const error = await service.compute(new Uint8Array(26 * 1024 * 1024 + 1)).catch((e: unknown) => Problem.from(e));
  expect(error).toMatchObject({ reason: "TOO_LARGE" });
});

test.each([
  ["takes too long", PictureProblem.TIMED_OUT, { FINGERPRINT_TIMEOUT_MS: "400" }],
  ["takes too much memory", PictureProblem.TOO_LARGE, { FINGERPRINT_MAX_RSS_MB: "140" }],
])("a picture that %s costs its decoder's life, and another decoder takes the next", async (_, problem, settings) => {
  await using service = await started({ FINGERPRINT_WORKERS: "1", ...settings });
  await service.compute(await generatePicture(1));
  const first = await onlyDecoder();
  expect((await service.compute(avif16())).problem).toBe(problem);
  expect(await decoders()).not.toContain(first);
  expect((await service.compute(await generatePicture(2))).problem).toBe(PictureProblem.UNSPECIFIED);
  expect(await decoders()).not.toContain(first);
});

test("a decoder gives the memory of a large picture back before it answers", async () => {
  await using service = await started({ FINGERPRINT_WORKERS: "1" });
  await service.compute(await generatePicture(1));
  const decoder = await onlyDecoder();
  const before = residentMb(decoder);
  const kept: number[] = [];
  for (let n = 0; n < 5; n++) {
    await service.compute(avif16());
    kept.push(residentMb(decoder) - before);
  }
  expect(await onlyDecoder()).toBe(decoder);
  // Half of its pixels, at three bytes each; on a busy machine the threads of libvips may let go of theirs a little later.
  const median = kept.toSorted((a, b) => a - b)[2];
  expect(median, String(kept)).toBeLessThan((16 * 3) / 2);
});

test("a decoder that was killed from outside is not laid to the picture", async () => {
  await using service = await started({ FINGERPRINT_WORKERS: "1" });
  await service.compute(await generatePicture(1));
  const pid = await onlyDecoder();
  const answer = service.compute(avif16());
  process.kill(pid, "SIGKILL");
  expect((await answer).problem).toBe(PictureProblem.UNSPECIFIED);
});

test("two workers decode at once, a third picture waits, a fourth is refused", async () => {
  // Half of what the picture takes on a quick machine.
  const timeoutMs = 300;
  await using service = await started({
    FINGERPRINT_WORKERS: "2",
    FINGERPRINT_MAX_WAITING: "1",
    FINGERPRINT_TIMEOUT_MS: String(timeoutMs),
  });
  // On a busy machine one takes long to start, and one that was started for the start's check may be one too many.
  const small = await generatePicture(1);
  await eventually("both workers are there", async () => {
    await Promise.all([service.compute(small), service.compute(small)]);
    return (await decoders()).length === 2;
  });
  const begin = performance.now();
  const calls = Array.from({ length: 4 }, () => service.compute(avif16()));
  const ends = await Promise.allSettled(
    calls.map(async (call) => ({ answer: await call, ms: performance.now() - begin })),
  );
  const refused = ends.filter((end) => end.status === "rejected").map((end) => Problem.from(end.reason).reason);
  const answered = ends.filter((end) => end.status === "fulfilled").map((end) => end.value);
  expect(refused).toEqual(["RATE_LIMITED"]);
  expect(answered.map(({ answer }) => answer.problem)).toEqual(Array(3).fill(PictureProblem.TIMED_OUT));
  // A time limit each: one worker would let the second one wait for the whole of the first one's.
  const [first = 0, second = 0, third = 0] = answered.map(({ ms }) => ms).toSorted((a, b) => a - b);
  expect(second - first).toBeLessThan(timeoutMs);
  expect(third).toBeGreaterThanOrEqual(2 * timeoutMs - 50);
});

test("a decoder runs in a sandbox: as a user of its own, without rights, apart from the service's network", async () => {
  await using service = await started();
  await service.compute(await generatePicture(1));
  const [pid = 0] = await decoders();
  const status = await readFile(`/proc/${pid}/status`, "latin1");
  expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  expect(status).toMatch(/^CapEff:\s+0+$/m);
  if (process.getuid?.() === 0) expect(status).toMatch(/^Uid:\s+65533\s+65533\s+65533/m);
  for (const namespace of ["net", "mnt", "pid", "ipc", "uts"]) {
    const [its, own] = await Promise.all([
      readlink(`/proc/${pid}/ns/${namespace}`),
      readlink(`/proc/self/ns/${namespace}`),
    ]);
    expect(its, namespace).not.toBe(own);
  }
});

test("without a sandbox it says so and goes on, except in LIVE; a kind that is demanded and not there is refused", async () => {
  const said: unknown[] = [];
  const log = createLog("fingerprint", "silent");
  log.warn = (what: unknown) => void said.push(what);
  const config = readFingerprintConfig({
    NTD_ENVIRONMENT: "TEST",
    FINGERPRINT_IDENTITY_DIR: (await issueIdentity(dir, { kind: "service", name: "fingerprint" })).dir,
    FINGERPRINT_SANDBOX: "none",
  });
  {
    await using running = await start(config, { log });
    const { dir: identityDir } = await issueIdentity(dir, { kind: "operator", name: "anna" });
    await using operator = connect(StatusServiceService, { address: running.address, identityDir });
    const { facts } = await operator.getStatus({});
    expect(facts).toContainEqual({ name: "sandbox", value: { $case: "text", value: "none" } });
  }
  expect(said).toContainEqual({ cause: "sandbox:NONE", degraded: true });
  const live = { environment: "LIVE", maxRssMb: 700 } as const;
  await expect(decoderSandbox({ ...live, sandbox: "none" })).rejects.toMatchObject({
    reason: "CONFIG_INVALID",
    message: expect.stringContaining("LIVE decodes pictures in a sandbox only") as string,
  });
  const settings = { NTD_ENVIRONMENT: "LIVE", FINGERPRINT_IDENTITY_DIR: "/", FINGERPRINT_SANDBOX: "none" };
  expect(() => readFingerprintConfig(settings)).toThrow("FINGERPRINT_SANDBOX: none is refused in LIVE");
});

test("nobody but the prober may ask", async () => {
  for (const caller of [
    { kind: "service", name: "casework" },
    { kind: "operator", name: "anna" },
  ] as const) {
    await using service = await started({}, caller);
    await expect(service.compute(new Uint8Array())).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  }
});

test("stopping finishes the picture in hand and leaves no decoder behind", async () => {
  await using service = await started({ FINGERPRINT_WORKERS: "1" });
  await service.compute(await generatePicture(1));
  await onlyDecoder();
  // A twentieth of a second: on a busy machine it has to end within the three seconds that a service takes to stop.
  const picture = await generatePicture(3, { width: 2400, height: 1800 });
  const before = await decodersSeconds();
  const answer = service.compute(picture);
  await eventually("the picture is in hand", async () => (await decodersSeconds()) > before + 0.01);
  await service.stop();
  expect((await answer).problem).toBe(PictureProblem.UNSPECIFIED);
  expect(await decoders()).toEqual([]);
});

test("when the service is killed, its decoders end by themselves", async () => {
  const { dir: identityDir } = await issueIdentity(dir, { kind: "service", name: "fingerprint" });
  const settings = { NTD_ENVIRONMENT: "TEST", NTD_LOG_LEVEL: "silent", FINGERPRINT_IDENTITY_DIR: identityDir };
  const main = fork(new URL("../src/main.ts", import.meta.url), { env: settings, execArgv: [] });
  const exited = new Promise((resolve) => main.once("exit", resolve));
  const [decoder = 0] = await eventually("a decoder", async () => {
    const pids = await decoders(main.pid);
    return pids.length > 0 && pids;
  });
  main.kill("SIGKILL");
  await exited;
  await eventually("the decoder has ended", () => residentMb(decoder) === 0);
});

/** Processor time that decoders have taken. */
async function decodersSeconds(): Promise<number> {
  return (await decoders()).reduce((sum, pid) => sum + processorSeconds(pid), 0);
}
