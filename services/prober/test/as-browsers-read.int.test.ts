import { createServer } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Fetched, FetchRules } from "../src/fetch/fetch.ts";
import { fetched as fetchedBy, listening, nameless, rules as rulesFor, textOf } from "./fetch-bed.ts";

// What hosts as they are answer, byte for byte; browsers and curl read all of it.

const BODY = "a picture's bytes";

/** Answers each request by its path with these bytes and ends the connection. */
async function host(answers: Record<string, string | Buffer>, heard: string[] = []): Promise<number> {
  const server = createServer((socket) => {
    socket.on("data", (data) => {
      heard.push(data.toString("latin1"));
      const path = /^GET (\S+)/.exec(data.toString("latin1"))?.[1] ?? "";
      socket.end(answers[path] ?? "HTTP/1.1 404 Not Found\r\n\r\n", "latin1");
    });
  });
  return listening(server);
}

const rules = (port: number, given: Partial<FetchRules> = {}) => rulesFor(port, { maxBytes: 1_000_000, ...given });
const fetched = (port: number): Promise<Fetched> => fetchedBy(`http://127.0.0.1:${port}/`, rules(port));
const answer = (...lines: string[]) => `${lines.join("\r\n")}\r\n\r\n${BODY}`;
const length = `Content-Length: ${BODY.length}`;

test.each<[string, string]>([
  ["bare line feeds", `HTTP/1.1 200 OK\n${length}\n\n${BODY}`],
  ["white space before a colon", answer("HTTP/1.1 200 OK", `Content-Length : ${BODY.length}`, "X-A  : b")],
  ["a folded header", answer("HTTP/1.1 200 OK", "X-Folded: one", "  two", length)],
  ["a header name with a space", answer("HTTP/1.1 200 OK", "X Powered By: y", length)],
  ["a header without a name", answer("HTTP/1.1 200 OK", ": y", length)],
  ["a line that is no header", answer("HTTP/1.1 200 OK", "this is no header", length)],
  ["two equal lengths", answer("HTTP/1.1 200 OK", length, length)],
  ["one length, said twice in a line", answer("HTTP/1.1 200 OK", `${length}, ${BODY.length}`)],
  ["a length that is ten too large", answer("HTTP/1.1 200 OK", `Content-Length: ${BODY.length + 10}`)],
  ["no length at all", answer("HTTP/1.1 200 OK")],
  ["HTTP/1.0", answer("HTTP/1.0 200 OK")],
  ["Transfer-Encoding: identity", answer("HTTP/1.1 200 OK", "Transfer-Encoding: identity")],
  ["a status without words", answer("HTTP/1.1 200", length)],
  ["100 Continue first", `HTTP/1.1 100 Continue\r\n\r\n${answer("HTTP/1.1 200 OK", length)}`],
  [
    "103 Early Hints first, with bare line feeds",
    `HTTP/1.1 103 Early\nLink: x\n\n${answer("HTTP/1.1 200 OK", length)}`,
  ],
  [
    "chunks, and a length beside them",
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n${length}\r\n\r\n11\r\n${BODY}\r\n0\r\n\r\n`,
  ],
  [
    "a part that is the whole",
    answer("HTTP/1.1 206 Partial", `Content-Range: bytes 0-${BODY.length - 1}/${BODY.length}`, length),
  ],
  [
    "20 kB of headers",
    answer("HTTP/1.1 200 OK", ...Array.from({ length: 200 }, (_, i) => `X-${i}: ${"y".repeat(100)}`), length),
  ],
  ["a control byte in a value", answer("HTTP/1.1 200 OK", "X-A: b\u0001c", length)],
  ["a NUL in a value", answer("HTTP/1.1 200 OK", "X-A: b\u0000c", length)],
])("%s", async (_, bytes) => {
  expect(textOf(await fetched(await host({ "/": bytes })))).toBe(BODY);
});

test.each<[string, string]>([
  ["two lengths that differ", answer("HTTP/1.1 200 OK", length, "Content-Length: 3")],
  ["a part", answer("HTTP/1.1 206 Partial", "Content-Range: bytes 0-3/100", length)],
  ["more headers than any browser reads", answer("HTTP/1.1 200 OK", `X-A: ${"y".repeat(300_000)}`, length)],
  ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"],
  ["nothing", ""],
])("%s is no answer", async (_, bytes) => {
  expect(await fetched(await host({ "/": bytes }))).toMatchObject({ is: "no_answer" });
});

describe("a status that refuses is the answer whatever becomes of its body", () => {
  test.each<[string, string]>([
    ["announced as too large", `HTTP/1.1 404 Not Found\r\nContent-Length: 9999999\r\n\r\n${BODY}`],
    ["too large", `HTTP/1.1 404 Not Found\r\n\r\n${"x".repeat(1_100_000)}`],
    ["not of its coding", answer("HTTP/1.1 404 Not Found", "Content-Encoding: gzip")],
    ["announced, and never there", "HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\n"],
  ])("%s", async (_, bytes) => {
    expect(await fetched(await host({ "/": bytes }))).toMatchObject({ is: "miss", reason: "HTTP_NOT_FOUND" });
  });
});

test("a 404 whose body never ends is a 404", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined).write("HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\nx");
  });
  const port = await listening(server);
  const given = rules(port, { timeoutMs: 300 });
  expect(await fetchedBy(`http://127.0.0.1:${port}/`, given)).toMatchObject({ is: "miss" });
});

test("a length that is a little too large, over a connection that is kept: what came counts, and soon", async () => {
  const server = createServer((socket) => {
    socket.on("data", () => socket.write(answer("HTTP/1.1 200 OK", `Content-Length: ${BODY.length + 10}`)));
  });
  const got = await fetched(await listening(server));
  expect(got).toMatchObject({ is: "body", short: true });
  expect(textOf(got)).toBe(BODY);
});

test("what is far from its length when nothing more comes is no answer", async () => {
  const server = createServer((socket) => {
    socket.on("data", () => socket.write(answer("HTTP/1.1 200 OK", `Content-Length: ${BODY.length + 2000}`)));
  });
  const port = await listening(server);
  const given = rules(port, { timeoutMs: 1500 });
  expect(await fetchedBy(`http://127.0.0.1:${port}/`, given)).toMatchObject({ reason: "TIMED_OUT" });
});

test("a length behind a quarter of a megabyte of spaces costs no more than its length", async () => {
  const began = performance.now();
  await fetched(await host({ "/": answer("HTTP/1.1 200 OK", `Content-Length: 1${" ".repeat(250_000)}2`) }));
  expect(performance.now() - began).toBeLessThan(2000);
});

describe("what is packed is unpacked", () => {
  const codings: [string, Buffer | string][] = [
    ["gzip", gzipSync(BODY)],
    ["x-gzip", gzipSync(BODY)],
    ["deflate", deflateSync(BODY)],
    ["deflate", deflateRawSync(BODY)],
    ["br", brotliCompressSync(BODY)],
    ["zstd", zstdCompressSync(BODY)],
    ["gzip, br", brotliCompressSync(gzipSync(BODY))],
    ["UTF-8", BODY],
    ["none", BODY],
    ["identity", BODY],
  ];
  test.each(codings)("%s", async (coding, packed) => {
    const head = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\n\r\n`);
    expect(textOf(await fetched(await host({ "/": Buffer.concat([head, Buffer.from(packed)]) })))).toBe(BODY);
  });

  test("what was cut gives what can be unpacked", async () => {
    const long = Array.from({ length: 3000 }, (_, i) => `${i * 7919}`).join(" ");
    const head = Buffer.from("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99999\r\n\r\n");
    const port = await host({ "/": Buffer.concat([head, gzipSync(long).subarray(0, 4000)]) });
    const text = textOf(await fetched(port));
    expect(typeof text === "string" && text.length > 1000 && long.startsWith(text)).toBe(true);
  });

  test("what is not of its coding is no answer", async () => {
    const port = await host({ "/": answer("HTTP/1.1 200 OK", "Content-Encoding: gzip") });
    expect(await fetched(port)).toMatchObject({ is: "no_answer", reason: "SERVER_ERROR" });
  });
});

describe("redirects", () => {
  test("with a cookie that the next request must bring, and no longer than this fetch", async () => {
    const heard: string[] = [];
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (data) => {
        heard.push(data.toString());
        const known = /cookie: seen=1/i.test(data.toString());
        socket.end(
          known ? answer("HTTP/1.1 200 OK") : "HTTP/1.1 302 Found\r\nSet-Cookie: seen=1\r\nLocation: /\r\n\r\n",
        );
      });
    });
    const port = await listening(server);
    expect(textOf(await fetched(port))).toBe(BODY);
    expect(textOf(await fetched(port))).toBe(BODY);
    expect(heard.map((text) => /cookie:/i.test(text))).toEqual([false, true, false, true]);
  });

  test("a Location in raw UTF-8 is asked as such", async () => {
    const location = Buffer.from("HTTP/1.1 302 Found\r\nLocation: /gr\u00fc\u00df\r\n\r\n", "utf8");
    const port = await host({ "/": location, "/gr%C3%BC%C3%9F": answer("HTTP/1.1 200 OK") });
    expect(textOf(await fetched(port))).toBe(BODY);
  });

  test("300 with a Location is followed", async () => {
    const port = await host({ "/": "HTTP/1.1 300 Multiple\r\nLocation: /x\r\n\r\n", "/x": answer("HTTP/1.1 200 OK") });
    expect(textOf(await fetched(port))).toBe(BODY);
  });
});

test("A that gives no answer and AAAA that says no such name is no statement about the name", async () => {
  const late = () => Promise.reject(Object.assign(new Error("late"), { code: "ETIMEOUT" }));
  const given = rules(80, { dns: { resolve4: late, resolve6: nameless.resolve6 } });
  expect(await fetchedBy("http://a.example/", given)).toMatchObject({
    is: "no_answer",
    reason: "TIMED_OUT",
  });
});
