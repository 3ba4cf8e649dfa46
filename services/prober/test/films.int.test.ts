import { createHash } from "node:crypto";
import type { RequestListener, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Running } from "@ntd/host";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import type { Target } from "@ntd/proto/prober/v1/target";
import { connect } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import type { ProberConfig } from "../src/config.ts";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";
import { filmNamed } from "./films-service.ts";

const MIB = 1024 * 1024;

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
afterAll(() => at[Symbol.asyncDispose]());
afterEach(() => {
  at.fingerprint.mode = "up";
  at.fingerprint.films.mode = "up";
  // What a test left there holds up no other.
  at.files.clear();
});

async function prober(given: Partial<ProberConfig> = {}): Promise<Running> {
  const running = await at.startProber(given);
  onTestFinished(() => running[Symbol.asyncDispose]());
  return running;
}

const serve = (path: string, body: Buffer, headers: Record<string, string> = {}) =>
  at.files.set(path, (_, response) => {
    response.writeHead(200, { "content-length": body.length, ...headers });
    response.end(body);
  });
/** Many parts of a film that nobody holds as a whole. */
const streamed =
  (start: Buffer, parts: number, sent: { bytes: number } = { bytes: 0 }): RequestListener =>
  (_, response) => {
    response.writeHead(200, { "content-length": start.length + parts * MIB });
    void inParts(response, start, parts, sent);
  };
async function inParts(response: ServerResponse, start: Buffer, parts: number, sent: { bytes: number }) {
  response.write(start);
  for (let part = 0; part < parts && !response.destroyed; part++) {
    sent.bytes += MIB;
    if (!response.write(Buffer.alloc(MIB, part % 251))) {
      const { promise, resolve } = Promise.withResolvers<void>();
      response.once("drain", resolve).once("close", resolve);
      await promise;
      response.off("drain", resolve).off("close", resolve);
    }
  }
  response.end();
}

const sha256Of = ({ content }: Target) => Buffer.from(content?.fingerprints[0]?.value ?? []).toString("hex");
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("a film is told by its frames and hashes, and is not read again while it begins as it did", async () => {
  const { address } = await prober();
  const identityDir = await at.bed.identity("assessor", "ann");
  await using client = connect(ProbeServiceService, { address, identityDir });
  const film = filmNamed("abcd", 3 * MIB);
  serve("/film.mp4", film);
  const { films } = at.fingerprint;
  const before = films.asked;
  await at.report("/film.mp4");
  const told = await at.until("/film.mp4", "present");
  expect(told.content).toMatchObject({ format: "mov", sizeBytes: film.length, tooLittleDetail: false });
  expect(told.content?.film?.frames).toHaveLength(4);
  expect(told.content?.fingerprints.map(({ algorithm }) => algorithm)).toEqual([
    "ALGORITHM_SHA256",
    "ALGORITHM_SHA1",
    "ALGORITHM_MD5",
  ]);
  expect(sha256Of(told)).toBe(digest(film));
  const lastSeen = async () =>
    (await client.getTarget({ targetId: targetIdOf("/film.mp4") })).target?.lastSeenTime?.getTime() ?? 0;
  const seenBefore = await lastSeen();
  await at.report("/film.mp4");
  // To the end of that look: a report of before it says nothing about what comes next.
  await eventually("it is seen again", async () => (await lastSeen()) > seenBefore);
  // Something else is there: what was seen before was the film still.
  serve("/film.mp4", filmNamed("wxyz", 2 * MIB));
  await at.report("/film.mp4");
  await at.until("/film.mp4", "gone");
  expect(films.asked - before).toBe(2);
});

test("coded anew it is the same film; another one is in its place, and is read once until it is gone", async () => {
  await prober();
  serve("/coded.mp4", filmNamed("abcdef", 2 * MIB));
  await at.report("/coded.mp4");
  await at.until("/coded.mp4", "present");
  const anew = filmNamed("abcx", MIB);
  serve("/coded.mp4", anew);
  await at.report("/coded.mp4");
  await eventually("it is seen anew", async () => {
    const newest = (await at.told("/coded.mp4")).at(-1);
    return newest?.verb === "present" && newest.data.content?.revision === 2;
  });
  serve("/coded.mp4", filmNamed("rstuvw", 2 * MIB));
  const before = at.fingerprint.films.asked;
  await at.report("/coded.mp4");
  expect(await at.until("/coded.mp4", "gone")).toMatchObject({ reason: "PROBE_REASON_OTHER_CONTENT" });
  // By each of the two eyes at most.
  expect(at.fingerprint.films.asked - before).toBeLessThanOrEqual(2);
});

test.each([
  ["FILM_PROBLEM_NO_DECODER", "PROBE_REASON_FILM_NOT_DECODED"],
  ["FILM_PROBLEM_TOO_LARGE", "PROBE_REASON_FILM_TOO_LARGE"],
  ["FILM_PROBLEM_BROKEN", "PROBE_REASON_FILM_BROKEN"],
  ["FILM_PROBLEM_TIMED_OUT", "PROBE_REASON_DECODE_TIMED_OUT"],
] as const)("a film without frames (%s) has its hashes and the reason %s", async (problem, reason) => {
  await prober();
  at.fingerprint.films.mode = problem;
  const film = filmNamed("abcd", 2 * MIB);
  const path = `/${problem}.mp4`;
  serve(path, film);
  await at.report(path);
  const told = await at.until(path, "not_media");
  expect([told.reason, sha256Of(told), told.content?.film]).toEqual([reason, digest(film), undefined]);
});

test("a film that was known by its bytes alone and is no more there is gone", async () => {
  await prober();
  at.fingerprint.films.mode = "FILM_PROBLEM_NO_DECODER";
  serve("/bytes.mp4", filmNamed("abcd", 2 * MIB));
  await at.report("/bytes.mp4");
  await at.until("/bytes.mp4", "not_media");
  at.files.delete("/bytes.mp4");
  await at.report("/bytes.mp4");
  await at.until("/bytes.mp4", "gone");
});

test("any other file that is too large to be collected has its hashes", async () => {
  await prober({ maxBytes: MIB });
  const archive = Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(3 * MIB, 7)]);
  serve("/archive.zip", archive);
  await at.report("/archive.zip");
  const told = await at.until("/archive.zip", "not_media");
  expect([told.reason, sha256Of(told)]).toEqual(["PROBE_REASON_NOT_A_PICTURE", digest(archive)]);
});

test("200 MiB pass through without being held", { timeout: 240_000 }, async () => {
  await prober();
  const sent = { bytes: 0 };
  at.files.set("/large.mp4", streamed(filmNamed("abcd", 1000), 200, sent));
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  onTestFinished(() => clearInterval(timer));
  await at.report("/large.mp4");
  const told = await eventually("it is told", async () => (await at.told("/large.mp4")).at(-1)?.data, 200_000);
  expect(told.content?.sizeBytes).toBe(1000 + 200 * MIB);
  expect(sent.bytes).toBe(200 * MIB);
  // The host, and who hashes, are in this process, too.
  expect((most - before) / MIB).toBeLessThan(120);
});

test("a host that trickles has its time, and holds up nobody but films", async () => {
  await prober({ filmTimeoutMs: 10_000 });
  const begun = Promise.withResolvers<void>();
  at.files.set("/slow.mp4", (_, response) => {
    response.writeHead(200, { "content-length": 4 * MIB }).write(filmNamed("abcd", 2 * MIB));
    begun.resolve();
  });
  await at.report("/slow.mp4", { fairnessKey: "one" });
  await begun.promise;
  const [film, picture] = ["/film/1", "/picture/2"];
  serve(film, filmNamed("abcd", 2 * MIB));
  at.pages.set(picture, "picture 1 1");
  await at.reportAll([film, picture], { fairnessKey: "two" });
  await at.until(picture, "present");
  expect(await at.told("/slow.mp4")).toEqual([]);
  expect(await at.until("/slow.mp4", "unreachable")).toMatchObject({ reason: "PROBE_REASON_TIMED_OUT" });
  await at.until(film, "present");
});

test("a film whose turn does not come in time waits for it elsewhere than at its host", async () => {
  await prober({ fetchTimeoutMs: 1000 });
  const open: ServerResponse[] = [];
  at.files.set("/first.mp4", (_, response) => {
    response.writeHead(200, { "content-length": 2 * MIB }).write(filmNamed("abcd", MIB));
    open.push(response);
  });
  await at.report("/first.mp4", { fairnessKey: "one" });
  await eventually("the first one comes", () => open.length > 0);
  serve("/second.mp4", filmNamed("abcd", 2 * MIB));
  await at.report("/second.mp4", { fairnessKey: "two" });
  await eventually("the second one is asked for again", () => at.hits("/second.mp4") >= 2);
  expect(await at.told("/second.mp4")).toEqual([]);
  for (const response of open) response.end(Buffer.alloc(MIB));
  await at.until("/first.mp4", "present");
  await at.until("/second.mp4", "present");
});

test("cut in the middle nothing is told by the hashes of a part", async () => {
  await prober();
  at.fingerprint.films.mode = "FILM_PROBLEM_BROKEN";
  const film = filmNamed("abcd", 3 * MIB);
  at.files.set("/cut.mp4", (request, response) => {
    response.writeHead(200, { "content-length": film.length });
    response.write(film.subarray(0, 2 * MIB), () => request.socket.end());
  });
  await at.report("/cut.mp4");
  expect(await at.until("/cut.mp4", "unreachable")).toMatchObject({ reason: "PROBE_REASON_SERVER_ERROR" });
  serve("/cut.mp4", film);
  await at.report("/cut.mp4");
  expect(sha256Of(await at.until("/cut.mp4", "not_media"))).toBe(digest(film));
});

test("what is packed to next to nothing is too large, and no more of it is unpacked", async () => {
  await prober();
  const bomb = gzipSync(Buffer.concat([filmNamed("abcd", 1000), Buffer.alloc(60 * MIB)]));
  serve("/bomb.mp4", bomb, { "content-encoding": "gzip", "content-length": String(bomb.length) });
  await at.report("/bomb.mp4");
  expect(await at.until("/bomb.mp4", "unreachable")).toMatchObject({ reason: "PROBE_REASON_BODY_TOO_LARGE" });
});

test("a fingerprint service that leaves in the middle of a film says nothing of it", async () => {
  await prober();
  at.fingerprint.films.mode = "leaves";
  at.files.set("/left.mp4", streamed(filmNamed("abcd", 1000), 4));
  await at.report("/left.mp4");
  await eventually("it is asked for twice", () => at.hits("/left.mp4") >= 2);
  expect(await at.told("/left.mp4")).toEqual([]);
  at.fingerprint.films.mode = "up";
  await at.until("/left.mp4", "present");
});

test("where there is no memory for a film it is waited for, and told in the end", { timeout: 30_000 }, async () => {
  await prober();
  at.fingerprint.films.mode = "FILM_PROBLEM_NO_ROOM";
  serve("/room.mp4", filmNamed("abcd", MIB));
  await at.report("/room.mp4");
  await eventually("it is asked for twice", () => at.hits("/room.mp4") >= 2);
  expect(await at.told("/room.mp4")).toEqual([]);
  const told = await eventually("it is told", async () => (await at.told("/room.mp4")).at(-1)?.data, 20_000);
  expect(told.reason).toBe("PROBE_REASON_FILM_NOT_DECODED");
  expect(at.hits("/room.mp4")).toBe(4);
});

test("stopped in the middle of a film it is given back, and looked at by the next one", async () => {
  const running = await at.startProber();
  const held: ServerResponse[] = [];
  at.files.set("/stopped.mp4", (_, response) => {
    response.writeHead(200, { "content-length": 2 * MIB }).write(filmNamed("abcd", MIB));
    held.push(response);
  });
  await at.report("/stopped.mp4");
  await eventually("it comes", () => held.length > 0);
  await pause(50);
  await running[Symbol.asyncDispose]();
  expect(await at.told("/stopped.mp4")).toEqual([]);
  serve("/stopped.mp4", filmNamed("abcd", 2 * MIB));
  await prober();
  await at.until("/stopped.mp4", "present");
});
