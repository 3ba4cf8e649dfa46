import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect, createServer, type Server } from "node:net";
import { connect as connectTls } from "node:tls";
import { noHosts, publicOrIn, parseNetwork } from "@ntd/wayout";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ownCertificate } from "../src/proxy/certificate.ts";
import { LookProxy } from "../src/proxy/look-proxy.ts";
import { PAGES, startWeb, type Web } from "./bed.ts";

const certificate = ownCertificate(new Date());
const userAgent = "page";
let web: Web;
let inner: Web;
let proxy: LookProxy;
let listener: Server;
let port: number;
/** Requests that were let through. */
let connected: number;

beforeEach(async () => {
  connected = 0;
  web = await startWeb((_, response) => void response.end("x"));
  inner = await startWeb((_, response) => void response.end("x"), "127.0.0.1");
  const pages = parseNetwork(`${PAGES}/32`);
  proxy = new LookProxy({
    address: new URL(`${web.url}/`),
    rules: { ports: [[1024, 65_535]], userAgent, maxRequests: 500, maxBytes: 10_000, maxMedia: 9 },
    ways: {
      dns: { resolve4: never, resolve6: never },
      hosts: noHosts,
      allowed: publicOrIn(pages ? [pages] : []),
      mayConnect: () => Promise.resolve(++connected > 0),
    },
    certificate,
  });
  listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  ({ port } = listener.address() as { port: number });
  proxy.serve(listener);
});
afterEach(async () => {
  proxy[Symbol.dispose]();
  listener.close();
  await Promise.all([web, inner].map((one) => one[Symbol.asyncDispose]()));
});

const never = () => Promise.reject(Object.assign(new Error("none"), { code: "ENOTFOUND" }));

async function status(url: string, agent: Agent, wanted = {}): Promise<number> {
  const headers = { host: new URL(url).host, "user-agent": userAgent, ...wanted };
  const asking = get({ port, host: "127.0.0.1", path: url, headers, agent });
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  response.resume();
  await once(response, "close");
  return response.statusCode ?? 0;
}

test("of 10,000 requests 500 reach the host, and none of them another", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const counts = new Map<number, number>();
  let next = 0;
  const more = async () => {
    while (next < 10_000) {
      const at = next++;
      const got = await status(`${at % 10 === 0 ? inner.url : web.url}/${at}`, agent);
      counts.set(got, (counts.get(got) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 20 }, more));
  agent.destroy();
  expect(web.asked.length + (proxy.account.requests - connected)).toBe(500);
  expect(counts.get(200)).toBe(web.asked.length);
  expect(inner.connections()).toBe(0);
  expect(proxy.account).toMatchObject({ truncated: true });
}, 120_000);

test("what shows pictures of others is asked for a picture, and for no page, in a frame or where the page leads", async () => {
  const agent = new Agent();
  const shown = `${web.url}/_next/image?url=https%3A%2F%2Fcdn.other.example%2Fa.jpg`;
  expect(await status(shown, agent, { accept: "image/avif,image/webp,*/*" })).toBe(200);
  for (const said of [{ accept: "text/html,*/*" }, { "sec-fetch-dest": "document" }, { "sec-fetch-dest": "iframe" }])
    expect(await status(shown, agent, said)).toBe(403);
  expect(web.asked.length).toBe(1);
});

/** What comes of a tunnel to a host, and of what is said in it. */
async function tunnelled(host: string, said: string, isTls: boolean): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await once(socket, "data");
  const inside = isTls ? connectTls({ socket, rejectUnauthorized: false }) : socket;
  let heard = "";
  inside.on("error", () => undefined).on("data", (chunk) => (heard += String(chunk)));
  inside.write(said);
  await once(inside, "close");
  return heard;
}

test("a tunnel leads to no host: what is TLS ends here, and nothing else is taken", async () => {
  const host = new URL(web.url).host;
  const upgrade = `GET /socket HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${userAgent}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  expect(await tunnelled(host, upgrade, false)).toBe("");
  expect(await tunnelled(host, upgrade, true)).toBe("");
  expect(await tunnelled(new URL(inner.url).host, "\u0000\u0001anything", false)).toBe("");
  const asking = `GET //${new URL(inner.url).host}/x HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${userAgent}\r\nConnection: close\r\n\r\n`;
  // To the host by TLS, which it does not speak: that is asked, and comes to nothing.
  expect(await tunnelled(host, asking, true)).toMatch(/^HTTP\/1\.1 502 /);
  expect([web.upgrades(), web.asked, inner.connections()]).toEqual([0, [], 0]);
  expect(proxy.account.refused).toBeGreaterThanOrEqual(3);
});

test("bytes have an end, and so has every connection when the look is over", async () => {
  await using flood = await startWeb((_, response) => void response.end(Buffer.alloc(1_000_000)));
  const agent = new Agent();
  expect(await status(`${flood.url}/`, agent)).toBe(200);
  expect(proxy.account.bytes).toBeLessThan(200_000);
  expect(proxy.account.truncated).toBe(true);
  expect(await status(`${web.url}/`, agent)).toBe(403);
  proxy[Symbol.dispose]();
  await expect(status(`${web.url}/`, agent)).rejects.toThrow();
});
