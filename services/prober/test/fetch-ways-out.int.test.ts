import { execFile } from "node:child_process";
import { connect, createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { by, deadPort, fetched, listening, nameless, proxy, rules, textOf, web } from "./fetch-bed.ts";

const kinds = ["http", "socks5"] as const;
const noWayOut = { is: "no_way_out", ip: "" };

async function dripped(socket: Socket, bytes: Uint8Array): Promise<void> {
  for (const byte of bytes) await new Promise((written) => socket.write(Uint8Array.of(byte), written));
}

describe.each(kinds)("by a %s proxy", (is) => {
  test("the host is asked at the address that was found for its name, and hears its name", async () => {
    const { way, told } = await proxy(is);
    const port = await web((request, response) => void response.end(request.headers.host));
    const dns = { ...nameless, resolve4: async () => ["127.0.0.1"] };
    const answer = await fetched(`http://a.example:${port}/`, rules(port, { dns, ...by(way) }));
    expect(answer).toMatchObject({ is: "body", ip: "127.0.0.1" });
    expect(textOf(answer)).toBe(`a.example:${port}`);
    expect(told).toEqual([`127.0.0.1:${port}`]);
  });

  test("an IPv6 address is told as one", async () => {
    const { way, told } = await proxy(is);
    const port = await web((_, response) => void response.end("x"), "::1");
    expect(await fetched(`http://[::1]:${port}/`, rules(port, by(way), "::1/128"))).toMatchObject({ is: "body" });
    expect(told.map((one) => one.replace(/^(0:)+/, "::"))).toEqual([`::1:${port}`]);
  });

  test("it is logged in to with what its file holds", async () => {
    const port = await web((_, response) => void response.end("x"));
    const { way } = await proxy(is, { login: "me:pass:word" });
    const asMe = (password: string) => by({ ...way, credentials: { user: "me", password } });
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port, asMe("pass:word")))).toMatchObject({ is: "body" });
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port, asMe("other")))).toEqual(noWayOut);
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port, by(way)))).toEqual(noWayOut);
  });

  test("its replies may come byte by byte", async () => {
    const { way } = await proxy(is, { login: "me:word" });
    const port = await web((_, response) => void response.end("x"));
    const dripping = createServer((socket) => {
      const behind = connect(way.port, way.host, () => socket.pipe(behind));
      behind.on("error", () => undefined).on("close", () => socket.end());
      behind.on("data", (chunk) => void dripped(socket, chunk));
    });
    const via = { ...way, port: await listening(dripping), credentials: { user: "me", password: "word" } };
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port, by(via)))).toMatchObject({ is: "body" });
  });

  test("a host that refuses has refused", async () => {
    const { way } = await proxy(is);
    const port = await deadPort();
    const refused = { is: "no_answer", reason: "REFUSED", ip: "127.0.0.1" };
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port, by(way)))).toEqual(refused);
  });

  test("a proxy that is not there is no way out", async () => {
    const way = { is, host: "127.0.0.1", port: await deadPort() };
    expect(await fetched("http://127.0.0.1/", rules(80, by(way)))).toEqual(noWayOut);
    expect(await fetched("https://127.0.0.1/", rules(80, by(way)))).toEqual(noWayOut);
  });

  test("a proxy that takes the connection and says nothing was asked, and the host not reached in time", async () => {
    const port = await listening(createServer((socket) => void socket.resume()));
    const way = { is, host: "127.0.0.1", port };
    const answer = await fetched("http://127.0.0.1/", rules(80, { timeoutMs: 200, ...by(way) }));
    expect(answer).toMatchObject({ is: "no_answer", reason: "TIMED_OUT" });
  });

  test("a proxy that ends the connection, or speaks another language, is no way out", async () => {
    for (const answer of ["", "SSH-2.0-OpenSSH_9.2\r\n", "\u0004\u0000"]) {
      const { way } = await proxy(is, { answer });
      expect(await fetched("http://127.0.0.1/", rules(80, by(way)))).toEqual(noWayOut);
    }
  });
});

test.each([502, 503, 504])("CONNECT that is answered with %i is the host's refusal", async (answer) => {
  const { way } = await proxy("http", { answer });
  expect(await fetched("https://127.0.0.1/", rules(80, by(way)))).toMatchObject({ reason: "REFUSED" });
});
test.each([301, 400, 403, 404, 405, 407, 429, 500, 501])("CONNECT that is answered with %i is not", async (answer) => {
  const { way } = await proxy("http", { answer });
  expect(await fetched("https://127.0.0.1/", rules(80, by(way)))).toEqual(noWayOut);
});
test.each([3, 4, 5, 6])("the SOCKS reply %i is the host's refusal", async (answer) => {
  const { way } = await proxy("socks5", { answer });
  expect(await fetched("https://127.0.0.1/", rules(80, by(way)))).toMatchObject({ reason: "REFUSED" });
});
test.each([1, 2, 7, 8, 255])("the SOCKS reply %i is not", async (answer) => {
  const { way } = await proxy("socks5", { answer });
  expect(await fetched("https://127.0.0.1/", rules(80, by(way)))).toEqual(noWayOut);
});

describe("what fails at our own end is no observation", () => {
  test("a resolver that cannot be reached", async () => {
    const away = () => Promise.reject(Object.assign(new Error("away"), { code: "ECONNREFUSED" }));
    const dns = { resolve4: away, resolve6: away };
    expect(await fetched("http://a.example/", rules(80, { dns }))).toEqual(noWayOut);
    const half = { resolve4: away, resolve6: nameless.resolve6 };
    expect(await fetched("http://a.example/", rules(80, { dns: half }))).toEqual(noWayOut);
  });

  test("no route, as to everybody at once; what the host says at its other address counts", async () => {
    const port = await deadPort();
    const allowed = () => true;
    const dns = { ...nameless, resolve4: async () => ["127.0.0.1", "255.255.255.255"] };
    expect(await fetched(`http://255.255.255.255:${port}/`, rules(port, { allowed }))).toEqual(noWayOut);
    expect(await fetched(`http://a.example:${port}/`, rules(port, { dns, allowed }))).toMatchObject({
      reason: "REFUSED",
      ip: "127.0.0.1",
    });
  });

  test("an IPv6 address, where there is no way to any, is out of reach; nothing of ours is broken by that", async () => {
    const port = await deadPort();
    const dns = { resolve4: async () => ["127.0.0.1"], resolve6: async () => ["ff02::1"] };
    const alone = rules(port, { dns: { ...dns, resolve4: nameless.resolve4 }, allowed: () => true });
    const answer = { is: "no_answer", reason: "NOT_FROM_HERE", ip: "ff02::1" };
    expect(await fetched(`http://a.example:${port}/`, alone)).toEqual(answer);
    const both = rules(port, { dns, allowed: () => true });
    expect(await fetched(`http://a.example:${port}/`, both)).toMatchObject({ reason: "REFUSED" });
  });

  test("behind a redirect too", async () => {
    const away = () => Promise.reject(Object.assign(new Error("away"), { code: "ECONNREFUSED" }));
    const port = await web((_, response) => void response.writeHead(302, { location: "http://a.example/" }).end());
    const dns = { resolve4: away, resolve6: away };
    expect(await fetched(`http://127.0.0.1:${port}/`, rules(port, { dns }))).toEqual(noWayOut);
  });
});

test("what the environment says of proxies leads nobody anywhere", async () => {
  const { way, told } = await proxy("http");
  const port = await web((_, response) => void response.end("direct"));
  const url = `http://${way.host}:${way.port}`;
  const names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
  const env = {
    PATH: process.env["PATH"],
    NODE_USE_ENV_PROXY: "1",
    NO_PROXY: "",
    ...Object.fromEntries(names.map((name) => [name, url])),
  };
  const script = fileURLToPath(new URL("./fetch-once.ts", import.meta.url));
  const other = await proxy("http");
  const asked = [`http://127.0.0.1:${port}/`, String(port)];
  const run = promisify(execFile);
  expect((await run(process.execPath, [script, ...asked], { env })).stdout).toBe("direct");
  const viaOther = [...asked, other.way.host, String(other.way.port)];
  expect((await run(process.execPath, [script, ...viaOther], { env })).stdout).toBe("direct");
  expect(told).toEqual([]);
  expect(other.told).toEqual([`127.0.0.1:${port}`]);
});

test("each request is told of before it connects: each address, each hop, each second try", async () => {
  const told: string[] = [];
  const port = await web((request, response) => {
    if (request.url === "/") response.writeHead(302, { location: `http://b.example:${port}/end` });
    response.end();
  }, "127.0.0.2");
  const dns = { ...nameless, resolve4: async () => ["127.0.0.1", "127.0.0.2", "10.0.0.1"] };
  const onRequest = (request: { url: string; ip: string }) => told.push(`${request.ip} ${request.url}`);
  const given = rules(port, { dns, onRequest, opening: { sha256: "" } });
  await fetched(`http://a.example:${port}/#x`, given);
  const both = (url: string) => [`127.0.0.1 ${url}`, `127.0.0.2 ${url}`];
  expect(told).toEqual([...both(`http://a.example:${port}/`), ...both(`http://b.example:${port}/end`)]);
});
