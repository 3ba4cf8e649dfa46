import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createLog, Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { serveHttp } from "../src/http-server.ts";

const NONE = "5".repeat(64);

test("what fails in the gateway is in its log with its cause, and what the platform answers with its reason", async () => {
  const lines: string[] = [];
  const log = createLog("hma-gateway", "warn", { write: (line) => void lines.push(line) });
  const failures = [new TypeError("answers of no kind"), new Problem("PEER_UNAVAILABLE")];
  const platform = { ask: () => Promise.reject(failures[0]), isReady: async () => false, pdqQuality: 50 };
  await using server = await serveHttp("127.0.0.1:0", undefined, platform, log);
  const status = async (path: string) => (await fetch(`http://${server.address}${path}`)).status;
  const lookup = `/m/lookup?signal_type=pdq&signal=${NONE}`;
  expect([await status(lookup), failures.shift() && (await status(lookup)), await status("/status")]).toEqual([
    500, 503, 503,
  ]);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain("answers of no kind");
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({ status: 503, path: "/m/lookup", reason: "PEER_UNAVAILABLE" });
  expect(lines.join()).not.toContain(NONE);
});

const silent = createLog("hma-gateway", "silent");
const quiet = { ask: () => Promise.reject(new Problem("PEER_UNAVAILABLE")), isReady: async () => true, pdqQuality: 50 };

/** All that comes back until the other side ends. */
async function heard(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("utf8").on("data", (part: string) => (text += part));
  await once(socket, "close");
  return text;
}

async function connected(address: string): Promise<Socket> {
  const [host = "", port = ""] = address.split(":");
  const socket = connect(Number(port), host);
  await once(socket, "connect");
  return socket;
}

test("a method that a path does not have is refused with those that it has", async () => {
  await using server = await serveHttp("127.0.0.1:0", undefined, quiet, silent);
  const ask = async (method: string, path: string) => {
    const { status, headers } = await fetch(`http://${server.address}${path}`, { method });
    return [status, headers.get("allow")];
  };
  expect(await ask("PUT", "/m/lookup")).toEqual([405, "GET, HEAD, OPTIONS, POST"]);
  expect(await ask("DELETE", "/m/raw_lookup")).toEqual([405, "GET, HEAD, OPTIONS"]);
  expect(await ask("GET", "/m/compare")).toEqual([405, "OPTIONS, POST"]);
  expect(await ask("POST", "/m/compare")).toEqual([501, null]);
  expect(await ask("OPTIONS", "/h/hash")).toEqual([200, "GET, HEAD, OPTIONS, POST"]);
  expect(await ask("OPTIONS", "/c/banks")).toEqual([404, null]);
});

test("whose checks are held is told so, and not to try again", async () => {
  const held = new Problem("WRONG_STATE", "held", { metadata: { checks: "held" } });
  const platform = { ...quiet, ask: () => Promise.reject(held) };
  await using server = await serveHttp("127.0.0.1:0", undefined, platform, silent);
  const answer = await fetch(`http://${server.address}/m/lookup?signal_type=pdq&signal=${NONE}`);
  expect([answer.status, await answer.json(), answer.headers.get("retry-after")]).toEqual([
    403,
    { message: "held" },
    null,
  ]);
});

test("nobody is told to go on with a file", async () => {
  await using server = await serveHttp("127.0.0.1:0", undefined, quiet, silent);
  const socket = await connected(server.address);
  const all = heard(socket);
  socket.write("POST /h/hash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
  expect(await all).toMatch(/^HTTP\/1\.1 501 /);
});

test("who sends a request slowly is not waited for, and others are answered meanwhile", async () => {
  const bounds = {
    maxHeaderSize: 16_384,
    headersTimeout: 300,
    requestTimeout: 300,
    keepAliveTimeout: 60_000,
    connectionsCheckingInterval: 50,
  };
  await using server = await serveHttp("127.0.0.1:0", undefined, quiet, silent, bounds);
  const slow = await connected(server.address);
  const all = heard(slow);
  slow.write("GET /m/lookup?signal_type=pdq HTTP/1.1\r\nHost: local");
  expect((await fetch(`http://${server.address}/livez`)).status).toBe(200);
  expect(await all).toMatch(/^HTTP\/1\.1 408 /);
});
