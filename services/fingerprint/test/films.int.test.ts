import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, issueIdentity, type IdentityName } from "@ntd/embedded";
import { filmsLikeness } from "@ntd/imagehash/films";
import { FilmProblem, FilmServiceService } from "@ntd/proto/fingerprint/v1/film_service";
import { StatusServiceService } from "@ntd/proto/operations/v1/status_service";
import { connect } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readFingerprintConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import { FFMPEG, generatedFilm, heldInMemory, PATTERN, SCENES } from "./film-bed.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-films-"));
  await createAuthority(dir);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function started(
  settings: Record<string, string> = {},
  caller: IdentityName = { kind: "service", name: "prober" },
) {
  await using stack = new AsyncDisposableStack();
  const own = await issueIdentity(dir, { kind: "service", name: "fingerprint" });
  const config = readFingerprintConfig({
    NTD_ENVIRONMENT: "TEST",
    NTD_LOG_LEVEL: process.env["NTD_TEST_LOG"] ?? "silent",
    FINGERPRINT_IDENTITY_DIR: own.dir,
    ...settings,
  });
  const { address } = stack.use(await start(config));
  const identityDir = (await issueIdentity(dir, caller)).dir;
  const client = stack.use(connect(FilmServiceService, { address, identityDir, deadlineMs: 100_000 }));
  const operated = stack.use(connect(StatusServiceService, { address, identityDir }));
  const held = stack.move();
  return {
    compute: (film: Uint8Array) => client.computeFilm(inChunks(film)),
    stream: (chunks: AsyncIterable<{ chunk: Uint8Array }>, signal: AbortSignal) =>
      client.computeFilm(chunks, { signal }),
    status: () => operated.getStatus({}),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function* inChunks(film: Uint8Array) {
  for (let at = 0; at < film.length; at += 65_536) yield { chunk: film.subarray(at, at + 65_536) };
}

const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest();

test.skipIf(FFMPEG === undefined)("a film's frames are hashed each second and at scene changes", async () => {
  await using service = await started();
  const film = generatedFilm("film.mp4", SCENES);
  const answer = await service.compute(film);
  expect(answer).toMatchObject({ problem: FilmProblem.UNSPECIFIED, format: "mov", sizeBytes: BigInt(film.length) });
  expect(answer.fingerprints.map(({ value }) => Buffer.from(value))).toEqual(
    ["sha256", "sha1", "md5"].map((name) => digest(name, film)),
  );
  const frames = answer.film?.frames ?? [];
  expect(frames.length).toBeGreaterThanOrEqual(6);
  const changes = frames.filter(({ isSceneChange }) => isSceneChange).map(({ time }) => Number(time?.seconds));
  expect(changes).toEqual([2, 4]);
  // The last two seconds are black.
  const late = frames.filter(({ time }) => Number(time?.seconds) >= 4);
  expect(late.map(({ quality, tooLittleDetail }) => [quality, tooLittleDetail])).toEqual(late.map(() => [0, true]));
  expect(frames.filter(({ tooLittleDetail }) => !tooLittleDetail).length).toBeGreaterThanOrEqual(2);
  expect(answer.film?.isCut).toBe(false);
});

const EDITS: [string, string, string[]][] = [
  ["film.mp4", PATTERN, ["-movflags", "+faststart"]],
  ["film.mov", `${PATTERN},scale=160:120`, ["-crf", "35"]],
  ["film.mkv", PATTERN, ["-c:v", "mpeg4"]],
  ["film.webm", PATTERN, ["-c:v", "libvpx", "-b:v", "1M"]],
  ["film.avi", PATTERN, ["-c:v", "mpeg4", "-q:v", "4"]],
  ["film.flv", `${PATTERN},fps=20`, []],
  ["film.mpg", `${PATTERN},fps=25`, ["-q:v", "4"]],
  ["film.ts", PATTERN, []],
];
test.skipIf(FFMPEG === undefined)(
  "the same film is found in each container, coded anew, scaled, at another rate",
  { timeout: 120_000 },
  async () => {
    await using service = await started();
    const original = (await service.compute(generatedFilm("film.mp4", PATTERN))).film?.frames ?? [];
    expect(original.length).toBe(4);
    for (const [name, graph, words] of EDITS) {
      const { film, problem } = await service.compute(generatedFilm(name, graph, words));
      const found = filmsLikeness(original, film?.frames ?? []);
      expect({ name, problem, found }).toMatchObject({ name, problem: FilmProblem.UNSPECIFIED });
      expect(found.entryFound / found.entryFrames, name).toBeGreaterThanOrEqual(0.75);
    }
  },
);

test("what is no film has its exact fingerprints, and a named reason", async () => {
  await using service = await started();
  for (const file of [new Uint8Array(), Buffer.from("<!doctype html>"), Buffer.alloc(3_000_000, 7)]) {
    const answer = await service.compute(file);
    expect(answer).toMatchObject({ problem: FilmProblem.NOT_A_FILM, format: "", sizeBytes: BigInt(file.length) });
    expect(Buffer.from(answer.fingerprints[0]?.value ?? [])).toEqual(digest("sha256", file));
    expect(answer.film).toBeUndefined();
  }
});

const header = Buffer.from("\0\0\0\x20ftypisom\0\0\0\0isomiso2avc1mp41", "latin1");

test("without a decoder, and over the bound, a film has its exact fingerprints and the reason", async () => {
  const film = Buffer.concat([header, Buffer.alloc(3_000_000, 1)]);
  for (const [settings, problem] of [
    [{ FINGERPRINT_FFMPEG: "/nowhere/ffmpeg" }, FilmProblem.NO_DECODER],
    ...(FFMPEG === undefined ? [] : [[{ FINGERPRINT_MAX_FILM_MB: "2" }, FilmProblem.TOO_LARGE] as const]),
  ] as const) {
    await using service = await started(settings);
    const answer = await service.compute(film);
    expect(answer).toMatchObject({ problem, format: "mov", sizeBytes: BigInt(film.length) });
    expect(Buffer.from(answer.fingerprints[0]?.value ?? [])).toEqual(digest("sha256", film));
  }
});

test.skipIf(FFMPEG === undefined)("what was seen until its time ended stands", async () => {
  await using service = await started({ FINGERPRINT_FILM_TIMEOUT_MS: "100" });
  const film = generatedFilm("film.mp4", PATTERN.replace("duration=4", "duration=30"), ["-preset", "ultrafast"]);
  const answer = await service.compute(film);
  expect(answer.problem).toBe(FilmProblem.TIMED_OUT);
  if (answer.film !== undefined) expect(answer.film.isCut).toBe(true);
});

test.skipIf(FFMPEG === undefined)(
  "a caller who leaves takes all along: its file in memory, its decoder, its turn",
  async () => {
    await using service = await started();
    const left = new AbortController();
    async function* endless() {
      yield { chunk: header };
      for (;;) {
        expect(heldInMemory()).toEqual([]);
        left.abort();
        yield { chunk: Buffer.alloc(1000) };
      }
    }
    await expect(service.stream(endless(), left.signal)).rejects.toThrow();
    // Its turn is free for the next one.
    const { problem } = await service.compute(generatedFilm("film.mp4", PATTERN));
    expect(problem).toBe(FilmProblem.UNSPECIFIED);
    expect(heldInMemory()).toEqual([]);
  },
);

test("status and health say whether frames of films are hashed", async () => {
  for (const [settings, films] of [
    [{ FINGERPRINT_FFMPEG: "/nowhere/ffmpeg" }, "bytes"],
    ...(FFMPEG === undefined ? [] : [[{}, "frames"] as const]),
  ] as const) {
    await using service = await started(settings, { kind: "operator", name: "anna" });
    const { facts, degradedCauses } = await service.status();
    expect(facts).toContainEqual({ name: "films", value: { $case: "text", value: films } });
    expect(degradedCauses.some(({ cause }) => cause === "films:BYTES_ONLY")).toBe(films === "bytes");
  }
});

test("nobody but the prober may ask", async () => {
  await using service = await started({}, { kind: "service", name: "intake" });
  const refused = await service.compute(new Uint8Array(9)).catch((error: unknown) => Problem.from(error));
  expect(refused).toMatchObject({ reason: "NOT_ALLOWED" });
});
