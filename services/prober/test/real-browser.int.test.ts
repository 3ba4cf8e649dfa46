import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { freePort } from "@ntd/embedded";
import { servingAsker } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { browserMissing } from "@ntd/testing/screenshot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aCasework } from "./a-casework.ts";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";
import { itemIdOf, publishMatch, untilOnPage } from "./on-pages.ts";
import { SCRIPTED_PAGES } from "./scripted-pages.ts";

// The browser service as it runs, in a process of its own.

const missing = browserMissing();
const title = "pages whose pictures are loaded by a script, in a real browser";

describe.skipIf(missing !== undefined)(missing === undefined ? title : `${title}: ${missing}`, () => {
  const stack = new AsyncDisposableStack();
  let at: ProberBed;
  let casework: Awaited<ReturnType<typeof aCasework>>;
  beforeAll(async () => {
    at = stack.use(await openProberBed());
    casework = await aCasework(at, stack);
    const browserAddress = await startBrowser();
    stack.use(await at.startProber({ browserAddress, caseworkAddress: casework.address, unreachableMs: 100 }));
  }, 120_000);
  afterAll(() => stack.disposeAsync());

  async function startBrowser(): Promise<string> {
    const port = await freePort();
    const { PROBER_ALLOW_PORTS: ports, PROBER_ALLOW_NETWORKS: networks, PROBER_HOSTS_FILE: hosts } = at.environment;
    const child = spawn(process.execPath, [join(import.meta.dirname, "../../browser/src/main.ts")], {
      env: {
        PATH: process.env["PATH"],
        NTD_ENVIRONMENT: "TEST",
        BROWSER_IDENTITY_DIR: await at.bed.identity("service", "browser"),
        BROWSER_LISTEN: `127.0.0.1:${port}`,
        BROWSER_ALLOW_PORTS: ports,
        BROWSER_ALLOW_NETWORKS: networks,
        BROWSER_HOSTS_FILE: hosts,
      },
      stdio: "ignore",
    });
    stack.defer(async () => {
      if (child.exitCode === null && child.signalCode === null && child.kill("SIGTERM")) await once(child, "exit");
    });
    using asker = servingAsker(`localhost:${port}`, await at.bed.identity("service", "prober"));
    await eventually("the browser serves", async () => (await asker.ask()).says === "serving", 60_000);
    return `localhost:${port}`;
  }

  const far = (path: string, n: number) => at.urlOf(path).replace("host.example", `far-${n}.example`);

  test("its pictures are items; one that is listed becomes a target that names the page", async () => {
    const paths = [1, 2, 3].map((n) => `/gallery/${n}.jpg`);
    for (const [n, path] of paths.entries()) at.pages.set(path, `picture 6${n} 6${n}`);
    at.pages.set("/gallery/list.json", JSON.stringify(paths));
    const script = `fetch("/gallery/list.json").then((r) => r.json()).then((all) => {
      for (const src of all) document.querySelector("#g").append(Object.assign(new Image(), { src })); });`;
    at.pages.set("/gallery", `<html><body><div id=g></div><script>${script}</script></body></html>`);
    await at.report("/gallery");
    const page = await untilOnPage(at, "/gallery", () => true);
    expect(new Set(page.items.map(({ targetId }) => targetId))).toEqual(
      new Set(paths.map((path) => itemIdOf(at, path))),
    );
    expect(page.items.map(({ content, eyes }) => [content !== undefined, eyes.join()])).toEqual(
      paths.map(() => [true, "browser"]),
    );
    const [, listed = ""] = paths;
    await publishMatch(at, "/gallery", [itemIdOf(at, listed)]);
    const target = await eventually("the target", async () =>
      (await at.bed.published(nouns.target)).find(({ data }) => data.targetId === itemIdOf(at, listed)),
    );
    expect(target.data).toMatchObject({ state: "TARGET_STATE_PRESENT", foundOnTargetId: targetIdOf("/gallery") });
  }, 120_000);

  test("a login and a captcha that a script puts up are walls", async () => {
    const login = `<h1>Sign in</h1><form><input name=user><input type=password name=password></form>`;
    const captcha = `<h1>Verify you are human</h1><div class="g-recaptcha" data-sitekey="x"></div>`;
    for (const [path, wall] of [
      ["/login", login],
      ["/captcha", captcha],
    ] as const) {
      const script = `document.body.innerHTML = ${JSON.stringify(wall)}; document.title = "Sign in";`;
      at.pages.set(path, `<html><body><script>${script}</script></body></html>`);
      await at.report(path);
    }
    const [atLogin, atCaptcha] = await Promise.all(["/login", "/captcha"].map((path) => at.until(path, "unreachable")));
    expect([atLogin?.reason, atCaptcha?.reason]).toEqual(["PROBE_REASON_LOGIN_WALL", "PROBE_REASON_CHALLENGE"]);
  }, 120_000);

  test("a host that police marked is not connected to, whatever a script wants of it; unmarked it would be", async () => {
    at.pages.set("/held.jpg", "picture 71 71");
    const wanting = (n: number) => `<html><script>new Image().src = "${far("/held.jpg", n)}"</script></html>`;
    at.pages.set("/wants-8", wanting(8)).set("/wants-9", wanting(9));
    casework.set.isHeld = (url) => url.includes("far-8.example");
    await at.report("/wants-8");
    await untilOnPage(at, "/wants-8", () => true);
    expect(casework.asked.map(({ url }) => url)).toContain(far("/held.jpg", 8));
    expect(at.connections("127.1.8.1")).toBe(0);
    await at.report("/wants-9");
    await untilOnPage(at, "/wants-9", ({ items }) => items.length === 1);
    expect(at.connections("127.1.9.1")).toBeGreaterThan(1);
  }, 120_000);

  test("of each shape of page whose pictures scripts load all that it shows is found, and nothing is asked that does something", async () => {
    for (const [n, { html, beside = {}, shows }] of SCRIPTED_PAGES.entries()) {
      at.pages.set(`/scripted/${n}.html`, html);
      for (const [path, content] of Object.entries(beside)) at.pages.set(path, content);
      for (const [m, path] of shows.entries()) at.pages.set(path, `picture 8${n}${m} 8${n}`);
    }
    for (const n of SCRIPTED_PAGES.keys()) await at.report(`/scripted/${n}.html`);
    for (const [n, { name, shows, not = [] }] of SCRIPTED_PAGES.entries()) {
      const { items } = await untilOnPage(at, `/scripted/${n}.html`, () => true, 300_000);
      const found = new Set(items.filter(({ content }) => content !== undefined).map(({ targetId }) => targetId));
      const missed = shows.filter((path) => !found.has(itemIdOf(at, path)));
      expect([name, missed, not.filter((path) => at.hits(path) > 0)]).toEqual([name, [], []]);
    }
  }, 600_000);
});
