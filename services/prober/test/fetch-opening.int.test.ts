import { createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Fetched, FetchRules } from "../src/fetch/fetch.ts";
import { fetched, rules, textOf, web } from "./fetch-bed.ts";

const MIB = 1024 * 1024;
const film = (seed: number, length = 3 * MIB) => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(Math.imul(at + 1, 2_654_435_761 + seed) >>> 0, at);
  return bytes;
};
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes.subarray(0, MIB)).digest("hex");
const large = { maxBytes: 2 * MIB };

interface Held {
  body: Buffer;
  etag?: string;
  /** What is done with a Range: heeded, ignored, answered oddly. */
  range: "heeded" | "ignored" | RequestListener;
  gzip?: boolean;
}

/** A host that holds one film, which a test changes; the ranges that it was asked for, and how much it sent. */
async function host(held: Held) {
  const ranges: (string | undefined)[] = [];
  const port = await web((request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    if (held.etag !== undefined) response.setHeader("etag", held.etag);
    if (range !== undefined && typeof held.range === "function") return held.range(request, response);
    const [, last = ""] = /^bytes=0-(\d+)$/.exec(range ?? "") ?? [];
    if (held.range === "heeded" && last !== "") {
      const part = held.body.subarray(0, Number(last) + 1);
      const contentRange = `bytes 0-${part.length - 1}/${held.body.length}`;
      return void response.writeHead(206, { "content-range": contentRange }).end(part);
    }
    const isPacked = held.gzip === true && request.headers["accept-encoding"] !== "identity";
    const bytes = isPacked ? gzipSync(held.body) : held.body;
    if (isPacked) response.setHeader("content-encoding", "gzip");
    response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  });
  const look = (given: Partial<FetchRules> = {}) =>
    fetched(`http://127.0.0.1:${port}/`, rules(port, { ...large, ...given }));
  return { look, ranges };
}

function openingOf(answer: Fetched) {
  if (answer.is !== "no_answer" || answer.opening === undefined) throw new Error(JSON.stringify(answer.is));
  return answer.opening;
}

describe("a body over the limit", () => {
  test("is known by its first MiB, its length and what the host says of it", async () => {
    const { look } = await host({ body: film(1), etag: 'W/"one"', range: "heeded" });
    const answer = await look();
    expect(answer).toMatchObject({ is: "no_answer", reason: "BODY_TOO_LARGE", head: { status: 200 } });
    expect(openingOf(answer)).toEqual({ sha256: digest(film(1)), length: 3 * MIB, etag: '"one"' });
  });

  test("without a length, packed, or packed to nothing is known by the same bytes", async () => {
    const body = film(1);
    const streamed = await web(
      (_, response) => void (response.write(body.subarray(0, 5)), response.end(body.subarray(5))),
    );
    const packed = await host({ body, range: "ignored", gzip: true });
    const bomb = await host({ body: Buffer.alloc(30 * MIB), range: "ignored", gzip: true });
    const ofStream = await fetched(`http://127.0.0.1:${streamed}/`, rules(streamed, large));
    expect(openingOf(ofStream)).toEqual({ sha256: digest(body) });
    expect(openingOf(await packed.look())).toEqual({ sha256: digest(body) });
    expect(openingOf(await bomb.look())).toEqual({ sha256: digest(Buffer.alloc(MIB)) });
  });

  test("is read no further than its beginning, when it says that it is too large", async () => {
    let sent = 0;
    const port = await web((_, response) => {
      response.writeHead(200, { "content-length": 1024 * MIB });
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    expect(openingOf(await fetched(`http://127.0.0.1:${port}/`, rules(port, large)))).toMatchObject({
      sha256: digest(Buffer.alloc(MIB)),
      length: 1024 * MIB,
    });
    expect(sent).toBeLessThan(20 * MIB);
  });
});

describe("looked at again", () => {
  test.each(["heeded", "ignored"] as const)("it is unchanged while it begins so, Range being %s", async (range) => {
    const held: Held = { body: film(1), etag: '"one"', range };
    const { look, ranges } = await host(held);
    const opening = openingOf(await look());
    expect(await look({ opening })).toMatchObject({ is: "unchanged", ip: "127.0.0.1" });
    expect(ranges).toEqual([undefined, "bytes=0-1048575"]);
  });

  test("packed at first, it is asked for unpacked and is the same", async () => {
    const { look } = await host({ body: film(1), etag: '"one-gzip"', range: "heeded", gzip: true });
    expect(await look({ opening: openingOf(await look()) })).toMatchObject({ is: "unchanged" });
  });

  test.each<[string, Partial<Held>]>([
    ["other bytes", { body: film(2) }],
    ["another length", { body: film(1, 4 * MIB) }],
    ["another tag", { etag: '"two"' }],
  ])("%s: the whole is read, and too large again", async (_, change) => {
    for (const range of ["heeded", "ignored"] as const) {
      const held: Held = { body: film(1), etag: '"one"', range };
      const { look } = await host(held);
      const opening = openingOf(await look());
      Object.assign(held, change);
      const answer = await look({ opening });
      expect(answer).toMatchObject({ is: "no_answer", reason: "BODY_TOO_LARGE" });
      expect(openingOf(answer)).not.toEqual(opening);
    }
  });

  test("a small body in its place is read", async () => {
    for (const range of ["heeded", "ignored"] as const) {
      const held: Held = { body: film(1), range };
      const { look } = await host(held);
      const opening = openingOf(await look());
      held.body = Buffer.from("another");
      expect(textOf(await look({ opening }))).toBe("another");
      held.body = film(2, MIB + 8);
      expect(await look({ opening })).toMatchObject({ is: "body", bytes: held.body });
    }
  });

  test.each<[string, RequestListener]>([
    ["a refusal of ranges", (_, response) => void response.writeHead(416).end()],
    ["a refusal", (_, response) => void response.writeHead(403).end("no robots")],
    ["a miss", (_, response) => void response.writeHead(404).end()],
    ["an error", (_, response) => void response.writeHead(501).end()],
    ["an end", (request) => void request.socket.destroy()],
    ["a part from elsewhere", (_, response) => part(response, "bytes 5-9/3145728")],
    ["a part without its place", (_, response) => void response.writeHead(206).end("x")],
    [
      "parts in parts",
      (_, response) => void response.writeHead(206, { "content-type": "multipart/byteranges" }).end("x"),
    ],
    ["a packed part", (_, response) => part(response.setHeader("content-encoding", "gzip"), "bytes 0-9/3145728")],
    ["less than it says", (_, response) => part(response, "bytes 0-1048575/3145728")],
  ])("%s to the odd question says nothing: it is asked plainly", async (_, odd) => {
    const held: Held = { body: film(1), range: odd };
    const { look, ranges } = await host(held);
    const opening = openingOf(await look());
    held.body = Buffer.from("another");
    expect(textOf(await look({ opening }))).toBe("another");
    expect(ranges).toEqual([undefined, "bytes=0-1048575", undefined]);
  });

  test("more than was asked for is cut", async () => {
    const endless: RequestListener = (_, response) => {
      response.writeHead(206, { "content-range": "bytes 0-1048575/3145728" }).write(film(1));
    };
    const { look } = await host({ body: film(1), range: endless });
    expect(await look({ opening: openingOf(await look()) })).toMatchObject({ is: "unchanged" });
  });

  test("gone is gone", async () => {
    const gone = await web((_, response) => void response.writeHead(410).end());
    const given = rules(gone, { ...large, opening: { sha256: digest(film(1)) } });
    expect(await fetched(`http://127.0.0.1:${gone}/`, given)).toMatchObject({ is: "miss", reason: "HTTP_GONE" });
  });

  test("behind a redirect", async () => {
    const held: Held = { body: film(1), range: "heeded" };
    const { look } = await host(held);
    const opening = openingOf(await look());
    const heard: (string | undefined)[] = [];
    const port = await web((request, response) => {
      heard.push(request.headers.range);
      if (request.url === "/") return void response.writeHead(302, { location: "/film" }).end();
      part(response, `bytes 0-${MIB - 1}/${3 * MIB}`, film(1).subarray(0, MIB));
    });
    const given = rules(port, { ...large, opening });
    expect(await fetched(`http://127.0.0.1:${port}/`, given)).toMatchObject({ is: "unchanged", head: { status: 206 } });
    expect(heard).toEqual(["bytes=0-1048575", "bytes=0-1048575"]);
  });
});

function part(response: Parameters<RequestListener>[1], range: string, bytes: Buffer = Buffer.from("0123456789")) {
  response.writeHead(206, { "content-range": range }).end(bytes);
}
