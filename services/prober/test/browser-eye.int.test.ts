import { nouns } from "@ntd/bus";
import { StatusServiceService } from "@ntd/proto/operations/v1/status_service";
import { connect } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ProberConfig } from "../src/config.ts";
import { aBrowser, loaded, stands } from "./a-browser.ts";
import { aCasework } from "./a-casework.ts";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";
import { itemIdOf, pagesTold, publishDecision, publishMatch, untilOnPage } from "./on-pages.ts";

// A browser that is played by the test: what the prober makes of what it says, and of its silence.

let stack: AsyncDisposableStack;
let at: ProberBed;
let browser: Awaited<ReturnType<typeof aBrowser>>;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  at = stack.use(await openProberBed());
  browser = await aBrowser(at, stack);
  for (const name of ["a", "b", "c"])
    at.pages.set(`/${name}.jpg`, `picture ${name.codePointAt(0)} ${name.codePointAt(0)}`);
});
afterEach(() => stack.disposeAsync());

async function startProber(given: Partial<ProberConfig> = {}): Promise<{ address: string }> {
  return stack.use(await at.startProber({ browserAddress: browser.address, pageAgainMs: 50, ...given }));
}

const show = (path: string, ...body: string[]) => at.pages.set(path, `<html><body>${body.join("")}</body></html>`);
const pathsOf = ({ items }: { items: { targetId: string }[] }) =>
  ["/a.jpg", "/b.jpg", "/c.jpg"].filter((path) => items.some(({ targetId }) => targetId === itemIdOf(at, path)));

async function causesOf({ address }: { address: string }): Promise<string[]> {
  const identityDir = await at.bed.identity("operator", "somebody");
  await using client = connect(StatusServiceService, { address, identityDir });
  return (await client.getStatus({})).degradedCauses.map(({ cause }) => cause);
}

test("what only a browser finds stands behind what the markup has, and is fetched by the eye as the page asks", async () => {
  show("/page", `<img src="/a.jpg">`, `<script src="/x.js"></script>`);
  const found = {
    ...stands(at, "/page", `<html><img src="/a.jpg"><img src="/b.jpg">`),
    ...loaded(at, "/c.jpg", "/b.jpg"),
  };
  browser.pages.set("/page", found);
  const prober = await startProber();
  await at.report("/page");
  const page = await untilOnPage(at, "/page", () => true);
  expect(
    page.items.map(({ element, eyes, content }) => [element, eyes.join(), content?.fingerprints[0]?.value[0]]),
  ).toEqual(["a", "b", "c"].map((name) => ["img", "browser", name.codePointAt(0)]));
  expect([page.counts?.found, at.refererOf("/c.jpg")]).toEqual([3, at.urlOf("/page")]);
  expect(await causesOf(prober)).not.toContain("browser_eye");
});

test("a wall that a script puts up is one, unless something is shown beside it", async () => {
  const login = `<html><title>Sign in</title><h1>Sign in</h1><form><input name=user><input type=password></form>`;
  const captcha = `<html><title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/x.js"></script>`;
  for (const [path, wall] of [
    ["/login", login],
    ["/captcha", captcha],
    ["/beside", login],
  ] as const) {
    show(path, "<script src=/app.js></script>", path === "/beside" ? `<img src="/a.jpg">` : "");
    browser.pages.set(path, stands(at, path, wall));
  }
  await startProber({ unreachableMs: 100 });
  for (const path of ["/login", "/captcha", "/beside"]) await at.report(path);
  expect((await at.until("/login", "unreachable")).reason).toBe("PROBE_REASON_LOGIN_WALL");
  expect((await at.until("/captcha", "unreachable")).reason).toBe("PROBE_REASON_CHALLENGE");
  await at.until("/beside", "not_media");
  expect(pathsOf(await untilOnPage(at, "/beside", () => true))).toEqual(["/a.jpg"]);
  expect(await pagesTold(at, "/login")).toEqual([]);
});

test("a browser that is away, or slow, costs a page its time limit at most, and is said", async () => {
  show("/slow", `<img src="/a.jpg">`);
  browser.pages.set("/slow", "hangs");
  const prober = await startProber({ browserMs: 300 });
  await at.report("/slow");
  expect(pathsOf(await untilOnPage(at, "/slow", () => true))).toEqual(["/a.jpg"]);
  expect(await causesOf(prober)).toContain("browser_eye");
  browser.pages.set("/well", loaded(at, "/b.jpg"));
  show("/well");
  await at.report("/well");
  expect(pathsOf(await untilOnPage(at, "/well", () => true))).toEqual(["/b.jpg"]);
  expect(await causesOf(prober)).not.toContain("browser_eye");
  await browser.stop();
  show("/away", `<img src="/c.jpg">`);
  await at.report("/away");
  expect(pathsOf(await untilOnPage(at, "/away", () => true))).toEqual(["/c.jpg"]);
  expect(await causesOf(prober)).toContain("browser_eye");
});

test("where no browser is named nothing is said of it", async () => {
  show("/page", `<img src="/a.jpg">`);
  const prober = await startProber({ browserAddress: "" });
  await at.report("/page");
  expect(pathsOf(await untilOnPage(at, "/page", () => true))).toEqual(["/a.jpg"]);
  expect([await causesOf(prober), browser.asked]).toEqual([expect.not.arrayContaining(["browser_eye"]), []]);
});

test("while the browser is away an illegal picture that only it had found is neither lost nor called gone", async () => {
  show("/page", `<img src="/a.jpg">`);
  browser.pages.set("/page", loaded(at, "/b.jpg"));
  await startProber({ browserMs: 300, slotMs: 50 });
  await at.report("/page");
  await untilOnPage(at, "/page", () => true);
  const bad = itemIdOf(at, "/b.jpg");
  await publishMatch(at, "/page", [bad]);
  await eventually("it is a target", async () =>
    (await at.bed.published(nouns.target)).some(
      ({ data }) => data.targetId === bad && data.foundOnTargetId === targetIdOf("/page"),
    ),
  );
  await publishDecision(at, bad, "VERDICT_ILLEGAL");
  await eventually("the decision was heard", async () => {
    const { num_pending, num_ack_pending } = await at.bed.bus.manager.consumers.info("CASEWORK", "prober-case");
    return num_pending === 0 && num_ack_pending === 0;
  });
  browser.pages.set("/page", "hangs");
  await at.notice("/page", "notice", 1, "NOTICE_STATE_ISSUED");
  const asked = browser.asked.length;
  await eventually("it is looked at in six slots", () => browser.asked.length > asked + 6, 60_000);
  const told = (await at.told("/page")).map(({ verb }) => verb);
  expect(told.filter((verb) => verb === "suspect_gone" || verb === "gone")).toEqual([]);
  expect(pathsOf((await pagesTold(at, "/page")).at(-1)?.data ?? { items: [] })).toEqual(["/a.jpg", "/b.jpg"]);
  // It is back, and is shown the page without it.
  browser.pages.set("/page", loaded(at, "/c.jpg"));
  await at.until("/page", "gone");
});

test("what the browser wants is asked of police as what the eye wants; what they hold it is not let through to", async () => {
  const casework = await aCasework(at, stack);
  const held = at.urlOf("/b.jpg").replace("host.example", "far-1.example");
  casework.set.isHeld = (url) => url === held;
  show("/page", `<img src="/a.jpg">`);
  browser.pages.set("/page", loaded(at, "/a.jpg", held));
  await startProber({ caseworkAddress: casework.address });
  await at.report("/page");
  await untilOnPage(at, "/page", () => true);
  expect([...browser.told]).toEqual([
    [at.urlOf("/a.jpg"), true],
    [held, false],
  ]);
  expect([at.hits("/b.jpg"), at.connections("127.1.1.1")]).toEqual([0, 0]);
});
