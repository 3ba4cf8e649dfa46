import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { eventually } from "@ntd/testing";
import { browserMissing } from "@ntd/testing/screenshot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { household } from "../src/look/household.ts";
import { answering, GIF, PAGES, startBed, startWeb, type Bed } from "./bed.ts";

const missing = browserMissing();
const titled = (what: string) => (missing === undefined ? what : `${what}: ${missing}`);

describe.skipIf(missing !== undefined)(titled("a browser that is shut in"), () => {
  let bed: Bed;
  beforeAll(async () => void (bed = await startBed({ BROWSER_MAX_WAITING: "1" })), 60_000);
  afterAll(() => bed[Symbol.asyncDispose]());

  test("it loads what a script brings, by the address rules of the platform, and tells where it stands", async () => {
    const script = `
      const grid = document.querySelector("#grid");
      for (const n of [1, 2]) { const img = new Image(); img.src = "/full/" + n + ".gif"; grid.append(img); }
      new IntersectionObserver((seen, io) => { for (const one of seen) if (one.isIntersecting) {
        one.target.src = one.target.dataset.lazy; io.unobserve(one.target); } }).observe(document.querySelector("[data-lazy]"));
      fetch("/list.json").then((r) => r.json()).then(([url]) => { document.body.style.backgroundImage = "url(" + url + ")"; });`;
    const page = `<title>g</title><svg><image href="http://[" /></svg><div id=grid></div><div style="height:4000px"></div><img data-lazy="/lazy.gif"><script>${script}</script>`;
    const moved = (_: unknown, response: ServerResponse) =>
      void response.writeHead(302, { location: "/gallery" }).end();
    const pictures = { "/full/1.gif": GIF, "/full/2.gif": Buffer.concat([GIF, Buffer.of(0)]), "/lazy.gif": GIF };
    const list = JSON.stringify(["/back.gif"]);
    await using web = await startWeb(
      answering({ "/": moved, "/gallery": page, "/list.json": list, "/back.gif": GIF, ...pictures }),
    );
    const seen = await bed.look(`${web.url}/#part`);
    expect(seen).toMatchObject({ problem: "LOOK_PROBLEM_UNSPECIFIED", truncated: false });
    expect(seen.document).toMatchObject({ url: `${web.url}/gallery#part`, status: 200 });
    expect(seen.document?.markup).toContain(`<img src="/full/1.gif">`);
    const media = seen.media.map(({ url, element }) => `${url.replace(web.url, "")} ${element}`);
    expect(new Set(media)).toEqual(
      new Set(["/back.gif background", "/full/1.gif img", "/full/2.gif img", "/lazy.gif img"]),
    );
    const first = seen.media.find(({ url }) => url.endsWith("/1.gif"));
    expect(first).toMatchObject({ mediaType: "image/gif", byteCount: BigInt(GIF.length) });
    const digest = createHash("sha256").update(GIF).digest("hex");
    expect(Buffer.from(first?.sha256 ?? []).toString("hex")).toBe(digest);
    expect(seen.requests.map(({ url }) => url)).toEqual(expect.arrayContaining([`${web.url}/`, `${web.url}/lazy.gif`]));
  }, 90_000);

  test("it asks in the language that it is told to, as Chrome", async () => {
    const said: string[] = [];
    await using web = await startWeb(({ headers }, response) => {
      said.push(["accept-language", "user-agent", "sec-ch-ua"].map((name) => String(headers[name])).join(" "));
      response.setHeader("content-type", "text/html").end("<p>x");
    });
    await bed.look(web.url, { acceptLanguage: "nl-NL,nl;q=0.9" });
    expect(said[0]).toMatch(/^nl-NL,nl;q=0\.9 Mozilla\/5\.0 \(X11; Linux x86_64\) .* Chrome\/\d+\.0\.0\.0 Safari/);
    expect(said.join()).not.toContain("Headless");
  }, 90_000);

  test("a browser that is killed is a value, and the next look works; nothing is left running", async () => {
    await using web = await startWeb((_, response) => void response.writeHead(200).write("<p>"));
    const look = bed.look(web.url);
    const begun = () => household(process.pid).length > 3 && web.asked.length > 0;
    await eventually("it has asked", begun, 60_000);
    for (const pid of household(process.pid).slice(1)) process.kill(pid, "SIGKILL");
    expect(await look).toMatchObject({ problem: "LOOK_PROBLEM_CRASHED", document: undefined });
    await using other = await startWeb(answering({ "/": "<img src=/a.gif>", "/a.gif": GIF }));
    expect((await bed.look(other.url)).media).toMatchObject([{ element: "img" }]);
    await eventually("no process is left", () => household(process.pid).length === 1);
  }, 120_000);

  test("whoever waits beyond the room for it is refused, and what is no address is named", async () => {
    await using web = await startWeb(answering({ "/": "<p>x" }));
    const looks = await Promise.allSettled([1, 2, 3].map(() => bed.look(web.url)));
    expect(looks.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(looks[2]).toMatchObject({ reason: { reason: "RATE_LIMITED" } });
    for (const address of [
      "ftp://a.example/",
      "a.example",
      "http://me:pass@a.example/",
      `http://a.example/${"x".repeat(8192)}`,
    ])
      await expect(bed.look(address)).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  }, 120_000);

  test("what is not there is said: no host, a host that may not be asked", async () => {
    for (const address of ["http://127.0.0.1:8080/", "http://localhost:8080/", "http://127.0.0.2:22/"])
      expect(await bed.look(address)).toMatchObject({ problem: "LOOK_PROBLEM_REFUSED", requests: [] });
    await using web = await startWeb((request) => void request.socket.destroy());
    expect(await bed.look(web.url)).toMatchObject({ problem: "LOOK_PROBLEM_NO_ANSWER", media: [] });
  }, 120_000);
});

test("what the caller does not let through is not connected to; what it lets through would be", async (context) => {
  if (missing !== undefined) return context.skip(missing);
  await using bed = await startBed({ BROWSER_ALLOW_NETWORKS: "127.0.0.2/31" });
  await using held = await startWeb(answering({ "/b.gif": GIF, "/": `<img src="/b.gif">` }), "127.0.0.3");
  await using web = await startWeb(
    answering({
      "/": `<img src="/a.gif"><script>for (const to of ["/b.gif", "/moved"]) new Image().src = to === "/b.gif" ? "${held.url}/b.gif" : to</script>`,
      "/a.gif": GIF,
      "/moved": (_, response) => void response.writeHead(302, { location: `${held.url}/b.gif?2` }).end(),
    }),
  );
  const asked: string[] = [];
  const mayConnect = (url: string, [ip = ""]: readonly string[]) => asked.push(`${url} ${ip}`) > 0 && ip === PAGES;
  const seen = await bed.look(web.url, { mayConnect });
  expect(seen.media.map(({ url }) => url)).toEqual([`${web.url}/a.gif`]);
  expect(held.connections()).toBe(0);
  expect(asked).toEqual(
    expect.arrayContaining([
      `${web.url}/ ${PAGES}`,
      `${web.url}/a.gif ${PAGES}`,
      `${held.url}/b.gif 127.0.0.3`,
      `${held.url}/b.gif?2 127.0.0.3`,
    ]),
  );
  expect(await bed.look(held.url, { mayConnect })).toMatchObject({ problem: "LOOK_PROBLEM_REFUSED", requests: [] });
  expect(held.connections()).toBe(0);
  await bed.look(web.url);
  expect(held.connections()).toBeGreaterThan(0);
}, 120_000);

test("nothing is connected to for as long as the caller does not say that it may be", async (context) => {
  if (missing !== undefined) return context.skip(missing);
  await using bed = await startBed({ BROWSER_LOOK_MS: "3000" });
  await using web = await startWeb(answering({ "/": "<p>x" }));
  const seen = await bed.look(web.url, { mayConnect: () => "silent" });
  expect([seen.problem, web.connections()]).toEqual(["LOOK_PROBLEM_TIMED_OUT", 0]);
}, 90_000);

test("a page that never ends is over in its time, with what had come", async (context) => {
  if (missing !== undefined) return context.skip(missing);
  await using bed = await startBed({ BROWSER_LOOK_MS: "4000" });
  await using web = await startWeb(
    answering({
      "/": "<img src=/a.gif><script>setTimeout(() => { for (;;); }, 500)</script><img src=/never.gif>",
      "/a.gif": GIF,
      "/never.gif": () => undefined,
    }),
  );
  const seen = await bed.look(web.url);
  expect(seen).toMatchObject({ truncated: true });
  expect(seen.media.map(({ url }) => url)).toContain(`${web.url}/a.gif`);
  await eventually("no process is left", () => household(process.pid).length === 1);
}, 90_000);

test("where no browser is installed the service serves, says so, and answers that there is none", async () => {
  await using bed = await startBed({ BROWSER_PROGRAM: "/nowhere/chromium" });
  expect(await bed.look("http://a.example/")).toMatchObject({ problem: "LOOK_PROBLEM_NO_BROWSER", media: [] });
  await eventually("serving", () => bed.lines.some((line) => line["msg"] === "serving"));
  expect(bed.lines).toContainEqual(expect.objectContaining({ why: "there is no program /nowhere/chromium" }));
  expect(bed.lines).toContainEqual(expect.objectContaining({ cause: "browser:ABSENT", degraded: true }));
});

test("nobody but the prober is answered", async () => {
  await using bed = await startBed({ BROWSER_PROGRAM: "/nowhere/chromium" });
  for (const [kind, name] of [
    ["service", "casework"],
    ["operator", "o"],
    ["assessor", "a"],
  ] as const)
    await expect(bed.lookAs(kind, name)).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
});
