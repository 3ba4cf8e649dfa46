import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFile, mkdtemp, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { systemBrowser } from "@ntd/sandbox";
import { browserMissing } from "@ntd/testing/screenshot";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { heldMb, household } from "../src/look/household.ts";
import { answering, GIF, PAGES, startBed, startWeb, type Web } from "./bed.ts";
import { hostilePage } from "./hostile-page.ts";

const missing = browserMissing();
const titled = (what: string) => (missing === undefined ? what : `${what}: ${missing}`);
const REQUESTS = 10_000;

/** What was reached, of a page of which one is at hand. */
interface Reached {
  web: Web;
  inner: Web;
  datagrams: () => number;
}

describe.skipIf(missing !== undefined)(titled("a page that tries everything"), () => {
  let dir: string;
  const stack = new AsyncDisposableStack();
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "ntd-hostile-"));
    stack.defer(() => rm(dir, { recursive: true, force: true }));
  });
  afterAll(() => stack.disposeAsync());

  async function stage(requests: number): Promise<Reached & AsyncDisposable> {
    await using own = new AsyncDisposableStack();
    const inner = own.use(await startWeb((_, response) => void response.end("inner"), "127.0.0.1"));
    const udp = createSocket("udp4").bind(0, "0.0.0.0");
    own.defer(() => void udp.close());
    await once(udp, "listening");
    let datagrams = 0;
    udp.on("message", () => datagrams++);
    const page = hostilePage({
      loopback: inner.url,
      named: `http://inner.example:${inner.port}`,
      metadata: "http://169.254.169.254",
      stun: `${ownAddress()}:${udp.address().port}`,
      requests,
    });
    const download = (_: unknown, response: ServerResponse) =>
      void response.setHeader("content-disposition", "attachment; filename=x.bin").end(Buffer.alloc(1000));
    // The page has loaded once it asked nearly as often as a look is given: until then it is looked at.
    const many = Promise.withResolvers<void>();
    let count = 0;
    const one = (_: unknown, response: ServerResponse) => {
      if (++count >= Math.min(requests, 450)) many.resolve();
      response.end(GIF);
    };
    const last = (_: unknown, response: ServerResponse) => void many.promise.then(() => response.end(GIF));
    const pages = { "/": page, "/n": one, "/held": last, "/worker.js": worker, "/download": download, "/post": "x" };
    const web = own.use(await startWeb(answering(pages)));
    const held = own.move();
    return { web, inner, datagrams: () => datagrams, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() };
  }

  test("without a guard it hits: our own machine, sockets, datagrams, a service worker, and as often as it likes", async () => {
    await using reached = await stage(600);
    const executablePath = systemBrowser()?.program ?? "";
    const rules = `--host-resolver-rules=MAP inner.example 127.0.0.1`;
    const args = ["--disable-gpu", rules, "--disable-features=LocalNetworkAccessChecks"];
    await using browser = await chromium.launch({ executablePath, chromiumSandbox: false, args });
    const page = await browser.newPage();
    const download = page.waitForEvent("download", { timeout: 60_000 });
    await page.goto(reached.web.url);
    await page.waitForFunction(`document.title === "done"`, undefined, { timeout: 100_000 });
    await download;
    const paths = ["img", "frame", "fetch", "post", "beacon", "worker", "popup"];
    const asked = new Set(reached.inner.asked.map((line) => line.replace(/^\w+ \//, "")));
    expect(paths.filter((path) => !asked.has(path))).toEqual([]);
    expect(reached.inner.upgrades()).toBe(2);
    expect(reached.web.upgrades()).toBe(1);
    expect(reached.web.asked).toContain("GET /worker.js");
    expect(reached.web.asked).toContain("POST /post");
    expect(reached.datagrams()).toBeGreaterThan(0);
    expect(reached.web.asked.filter((line) => line.startsWith("GET /n?")).length).toBe(600);
  }, 200_000);

  test("shut in it reaches nothing but its own host, by so many GETs as it is given, and costs at most 300 MB", async () => {
    await using reached = await stage(REQUESTS);
    const hosts = join(dir, "hosts");
    await writeFile(hosts, "127.0.0.1 inner.example\n");
    await using bed = await startBed({ BROWSER_HOSTS_FILE: hosts, BROWSER_LOOK_MS: "120000" });
    await using plain = await startWeb(answering({ "/": "<p>x" }));
    const idle = await peakOf(bed.look(plain.url));
    const hostile = await peakOf(bed.look(reached.web.url));
    const { document, refusedCount, requests, truncated } = hostile.value;
    // It did try: the page says so, and each attempt came to the proxy.
    expect(document?.markup).toMatch(/<title>(?:tried|done)/);
    expect(truncated).toBe(true);
    expect(refusedCount).toBeGreaterThan(20);
    expect(reached.inner.connections()).toBe(0);
    expect(reached.datagrams()).toBe(0);
    expect(reached.web.upgrades()).toBe(0);
    expect(reached.web.asked.filter((line) => !line.startsWith("GET "))).toEqual([]);
    expect(reached.web.asked).not.toContain("GET /worker.js");
    expect(reached.web.asked.length).toBeLessThanOrEqual(500);
    expect(reached.web.asked.length).toBeGreaterThan(400);
    expect(new Set(requests.flatMap(({ ips }) => ips))).toEqual(new Set([PAGES]));
    expect(hostile.mb - idle.mb).toBeLessThanOrEqual(300);
  }, 240_000);

  test("each of those addresses is tried, and asked where configuration names its network", async () => {
    await using reached = await stage(1);
    const hosts = join(dir, "all-hosts");
    await writeFile(hosts, "127.0.0.1 inner.example\n");
    const all = "127.0.0.0/8,169.254.0.0/16";
    await using bed = await startBed({ BROWSER_HOSTS_FILE: hosts, BROWSER_ALLOW_NETWORKS: all });
    const { requests } = await bed.look(reached.web.url);
    const asked = new Set(requests.map(({ url }) => url.replace(/:\d+/, "")));
    for (const url of ["http://127.0.0.1/img", "http://127.0.0.1/frame", "http://127.0.0.1/fetch"])
      expect(asked).toContain(url);
    expect(asked).toContain("http://inner.example/fetch");
    expect(asked).toContain("http://169.254.169.254/fetch");
    expect(reached.inner.upgrades()).toBe(0);
  }, 120_000);

  test("memory without end ends the browser, not the service", async () => {
    const page = `<script>const all = []; setInterval(() => all.push(new Uint8Array(2 ** 25).fill(1)), 20)</script>`;
    await using web = await startWeb(answering({ "/": page, "/small": "<p>x" }));
    await using bed = await startBed();
    expect(await bed.look(web.url)).toMatchObject({ problem: "LOOK_PROBLEM_TOO_LARGE", truncated: true });
    expect(await bed.look(`${web.url}/small`)).toMatchObject({ problem: "LOOK_PROBLEM_UNSPECIFIED" });
  }, 120_000);
});

const worker = (_: unknown, response: ServerResponse) =>
  void response.setHeader("content-type", "text/javascript").end("self.onfetch = () => undefined;");

/** An address of this machine that others see. */
function ownAddress(): string {
  const found = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return found.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

/** What all processes that this one started hold at most until it is there. */
async function peakOf<T>(pending: Promise<T>): Promise<{ value: T; mb: number }> {
  let mb = 0;
  const timer = setInterval(() => (mb = Math.max(mb, heldMb(household(process.pid).slice(1)))), 50);
  try {
    return { value: await pending, mb };
  } finally {
    clearInterval(timer);
  }
}
