import { createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import type { ComputeFilmResponse } from "@ntd/proto/fingerprint/v1/film_service";
import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import type { FetchRules } from "../src/fetch/fetch.ts";
import type { Pass } from "../src/fetch/pass.ts";
import { fetched, rules, web } from "./fetch-bed.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const FTYP = Buffer.from("\0\0\0\x20ftypisom\0\0\0\0isomiso2avc1mp41", "latin1");
const filled = (length: number, seed: number) => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(Math.imul(at + 1, 2_654_435_761 + seed) >>> 0, at);
  return bytes;
};
const film = (length: number, seed = 1) => Buffer.concat([FTYP, filled(length - FTYP.length, seed)]);
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Hashes what it is handed, and holds nothing of it. */
function hashing(given: Partial<Pass> = {}) {
  const handed = { times: 0, largest: 0 };
  const to: Pass["to"] = async (chunks) => {
    handed.times++;
    const hash = createHash("sha256");
    let length = 0;
    for await (const chunk of chunks) {
      hash.update(chunk);
      length += chunk.length;
      handed.largest = Math.max(handed.largest, chunk.length);
    }
    return hashed(hash.digest(), length);
  };
  return { pass: { maxBytes: 1024 * MIB, timeoutMs: 10_000, to, ...given }, handed };
}

function hashed(value: Uint8Array, length: number): ComputeFilmResponse {
  const fingerprints = [{ algorithm: "ALGORITHM_SHA256" as const, value, quality: 0 }];
  const sizeBytes = BigInt(length);
  return { fingerprints, sizeBytes, film: undefined, problem: "FILM_PROBLEM_NO_DECODER", format: "mov" };
}

const shaOf = (answer: object) => {
  const { hashed } = answer as { hashed?: ComputeFilmResponse };
  return Buffer.from(hashed?.fingerprints[0]?.value ?? []).toString("hex");
};

async function look(answer: RequestListener, given: Partial<FetchRules> = {}) {
  const port = await web(answer);
  return fetched(`http://127.0.0.1:${port}/`, rules(port, { maxBytes: 2 * MIB, ...given }));
}

const sent =
  (body: Buffer, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(200, headers).end(body);

test("a film is handed on however small it is, and all else when it is too large to be collected", async () => {
  for (const body of [film(600), film(MIB), film(5 * MIB), filled(5 * MIB, 2)]) {
    for (const headers of [{}, { "content-length": String(body.length) }]) {
      const { pass, handed } = hashing();
      const answer = await look(sent(body, headers), { pass });
      expect(answer).toMatchObject({ is: "passed", head: { status: 200 } });
      expect(answer).not.toHaveProperty("short");
      expect([shaOf(answer), handed.times]).toEqual([digest(body), 1]);
    }
  }
});

test("what is no film and small enough is collected, and nothing is handed on under a status that refuses", async () => {
  const { pass, handed } = hashing();
  expect(await look(sent(Buffer.from("a picture")), { pass })).toMatchObject({ is: "body" });
  const gone: RequestListener = (_, response) => void response.writeHead(404).end(film(600));
  expect(await look(gone, { pass })).toMatchObject({ is: "miss", reason: "HTTP_NOT_FOUND" });
  expect(handed.times).toBe(0);
});

test("packed, it is handed on unpacked; a bomb is too large, and known by how it begins", async () => {
  const packed = { "content-encoding": "gzip" };
  const body = film(5 * MIB);
  const { pass } = hashing();
  expect(shaOf(await look(sent(gzipSync(body), packed), { pass }))).toBe(digest(body));
  const bomb = Buffer.concat([FTYP, Buffer.alloc(60 * MIB)]);
  const answer = await look(sent(gzipSync(bomb), packed), { pass });
  const opening = { sha256: digest(bomb.subarray(0, MIB)) };
  expect(answer).toMatchObject({ is: "no_answer", reason: "BODY_TOO_LARGE", film: true, opening });
});

test("longer than is handed on, said or not, it is too large", async () => {
  const body = film(3 * MIB);
  for (const headers of [{}, { "content-length": String(body.length) }]) {
    const { pass, handed } = hashing({ maxBytes: 2 * MIB + 1 });
    const answer = await look(sent(body, headers), { pass });
    expect(answer).toMatchObject({ is: "no_answer", reason: "BODY_TOO_LARGE", film: true });
    expect(handed.times).toBe("content-length" in headers ? 0 : 1);
  }
  for (const headers of [{ "content-length": String(body.length) }, { "transfer-encoding": "chunked" }]) {
    const taken: number[] = [];
    const { pass } = hashing({ take: (bytes) => taken.push(bytes) > 0 && bytes < MIB });
    const answer = await look(sent(body, headers), { pass });
    // Said by its host it is taken at once.
    if ("content-length" in headers) expect([answer.is, taken]).toEqual(["no_answer", [3 * MIB]]);
    else expect([answer.is, taken.reduce((a, b) => a + b, 0)]).toEqual(["passed", 3 * MIB]);
  }
});

test("cut off in the middle, it is handed on as far as it came, and that is said", async () => {
  const body = film(3 * MIB);
  const { pass } = hashing();
  const cut: RequestListener = (request, response) => {
    response.writeHead(200, { "content-length": body.length });
    response.write(body.subarray(0, 2 * MIB), () => request.socket.end());
  };
  const answer = await look(cut, { pass });
  expect(answer).toMatchObject({ is: "passed", short: true });
  expect(shaOf(answer)).toBe(digest(body.subarray(0, 2 * MIB)));
});

test("a host that sends no more has its time, though the fetch was in time until then, and is asked once", async () => {
  const { pass, handed } = hashing({ timeoutMs: 200 });
  let asked = 0;
  const stalls: RequestListener = (_, response) => {
    asked++;
    response.writeHead(200, { "content-length": 3 * MIB }).write(film(2 * MIB));
  };
  // Known otherwise, it was asked for a part, and answered with the whole.
  const opening = { sha256: digest(film(MIB, 9)) };
  for (const given of [{ pass }, { pass, opening }]) {
    expect(await look(stalls, given)).toMatchObject({ is: "no_answer", reason: "TIMED_OUT" });
  }
  expect([handed.times, asked]).toEqual([2, 2]);
});

test("what the host waits for us is none of its time, nor of the fetch's", async () => {
  const { pass } = hashing({ timeoutMs: 300 });
  const to: Pass["to"] = async (chunks, start) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, 600);
    await promise;
    return pass.to(chunks, start);
  };
  const body = film(8 * MIB);
  const answer = await look(sent(body), { pass: { ...pass, to }, timeoutMs: 400 });
  expect(shaOf(answer)).toBe(digest(body));
});

test("where nobody takes it nothing is told of the host", async () => {
  const to: Pass["to"] = () => Promise.reject(new Problem("RATE_LIMITED"));
  const { pass } = hashing({ to });
  await expect(look(sent(film(MIB)), { pass })).rejects.toMatchObject({ reason: "RATE_LIMITED" });
});

test("known by its beginning it is not handed on again, however small it is", async () => {
  for (const body of [film(600), film(5 * MIB)]) {
    const { pass, handed } = hashing();
    const opening = { sha256: digest(body.subarray(0, MIB)), length: body.length, whole: digest(body) };
    expect(await look(sent(body), { pass, opening })).toMatchObject({ is: "unchanged", opening });
    expect(handed.times).toBe(0);
  }
});
