import { MovableClock, Problem } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aCasework } from "./a-casework.ts";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";
import { publishCase } from "./cases.ts";
import { aHold } from "./examples.ts";
import { untilOnPage } from "./on-pages.ts";

// What police marked is not touched before they say so: a host that counts its connections has none.

const HOST = "127.0.0.1";

let stack: AsyncDisposableStack;
let at: ProberBed;
let clock: MovableClock;
let casework: Awaited<ReturnType<typeof aCasework>>;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  at = stack.use(await openProberBed());
  clock = new MovableClock(new Date());
  casework = await aCasework(at, stack);
});
afterEach(() => stack.disposeAsync());

async function startProber(): Promise<void> {
  const prober = await at.startProber({ caseworkAddress: casework.address }, clock);
  stack.use(prober);
}

/** Another address has been looked at that was reported later: whatever was to be looked at before has been. */
async function othersAreLookedAt(path: string): Promise<void> {
  at.pages.set(path, "picture 9 9");
  await at.reportAll([path]);
  await at.until(path, "present");
}

test("a marked address has no packet, not after hours and whoever reports it; released it is looked at at once", async () => {
  at.pages.set("/marked.jpg", "picture 1 1");
  casework.set.isHeld = (url) => url.endsWith("/marked.jpg");
  await startProber();
  await at.report("/marked.jpg");
  await othersAreLookedAt("/other-1");
  const question = {
    targetId: targetIdOf("/marked.jpg"),
    episode: 1,
    resolvedIps: [HOST],
    url: at.urlOf("/marked.jpg"),
  };
  expect(casework.asked).toContainEqual(question);
  const ofIt = () => casework.asked.filter(({ url }) => url.endsWith("/marked.jpg"));
  expect(ofIt()).toHaveLength(1);
  await at.report("/marked.jpg");
  await othersAreLookedAt("/other-2");
  clock.advance(3_600_000);
  await eventually("it is asked again, in case nobody told", () => ofIt().length === 2);
  await publishCase(at.bed, targetIdOf("/marked.jpg"), 1, [aHold({ cause: "HOLD_CAUSE_MARK" })]);
  clock.advance(86_400_000);
  await othersAreLookedAt("/other-3");
  expect([at.connections(HOST), await at.told("/marked.jpg")]).toEqual([0, []]);

  casework.set.isHeld = () => false;
  await publishCase(at.bed, targetIdOf("/marked.jpg"), 2, [
    aHold({ cause: "HOLD_CAUSE_MARK", releasedTime: new Date() }),
  ]);
  await at.until("/marked.jpg", "present");
  expect(at.hits("/marked.jpg")).toBe(1);
});

test("what is not marked is asked for once, and never again", async () => {
  at.pages.set("/plain.jpg", "picture 1 1");
  await startProber();
  await at.report("/plain.jpg");
  await at.until("/plain.jpg", "present");
  await at.report("/plain.jpg");
  await eventually("it is looked at again", () => at.hits("/plain.jpg") > 1);
  expect(casework.asked.map(({ url }) => url)).toEqual([at.urlOf("/plain.jpg")]);
});

test("where a redirect leads is asked for before it is connected to", async () => {
  const led = at.urlOf("/led.jpg").replace("host.example", "far-7.example");
  at.pages.set("/leads", `to ${led}`).set("/led.jpg", "picture 1 1");
  casework.set.isHeld = (url) => url.includes("far-7.example");
  await startProber();
  await at.report("/leads");
  await eventually("it is asked for", () => casework.asked.some(({ url }) => url === led));
  await othersAreLookedAt("/other-1");
  expect(casework.asked.find(({ url }) => url === led)).toMatchObject({
    targetId: targetIdOf("/leads"),
    resolvedIps: ["127.1.7.1"],
  });
  const hits = at.hits("/leads");
  clock.advance(3_600_000);
  await eventually("it is asked again", () => casework.asked.filter(({ url }) => url === led).length > 1);
  // To ask again nobody is connected to, not the first address either.
  expect([at.connections("127.1.7.1"), at.hits("/leads"), await at.told("/leads")]).toEqual([0, hits, []]);
  casework.set.isHeld = () => false;
  clock.advance(3_600_000);
  await at.until("/leads", "present");
  expect(at.connections("127.1.7.1")).toBeGreaterThan(0);
});

test("where a later look is led for the first time is asked for before it is connected to, and once", async () => {
  const led = at.urlOf("/led.jpg").replace("host.example", "far-7.example");
  at.pages.set("/turns", "picture 1 1").set("/led.jpg", "picture 1 1");
  casework.set.isHeld = (url) => url.includes("far-7.example");
  await startProber();
  await at.report("/turns");
  await at.until("/turns", "present");
  at.pages.set("/turns", `to ${led}`);
  await at.report("/turns");
  const ofLed = () => casework.asked.filter(({ url }) => url === led).length;
  await eventually("it is asked for", () => ofLed() === 1);
  await othersAreLookedAt("/other-1");
  expect(at.connections("127.1.7.1")).toBe(0);
  casework.set.isHeld = () => false;
  clock.advance(3_600_000);
  await eventually("it is led there", () => at.hits("/led.jpg") > 0);
  const [asked, hits] = [ofLed(), at.hits("/led.jpg")];
  await at.report("/turns");
  await eventually("it is led there again", () => at.hits("/led.jpg") > hits);
  expect(ofLed()).toBe(asked);
});

test("while casework cannot be asked nothing is fetched for the first time, and what was looked at before is looked at", async () => {
  at.pages.set("/known.jpg", "picture 1 1").set("/new.jpg", "picture 2 2");
  await startProber();
  await at.report("/known.jpg");
  await at.until("/known.jpg", "present");
  const asked = casework.asked.length;
  casework.set.fault = new Problem("STORE_UNAVAILABLE");
  await at.report("/new.jpg");
  await at.report("/known.jpg");
  await eventually("the known one is looked at", () => at.hits("/known.jpg") > 1);
  await casework.stop();
  clock.advance(2000);
  await at.report("/new.jpg");
  await at.report("/known.jpg");
  await eventually("the known one is looked at", () => at.hits("/known.jpg") > 2);
  expect([at.hits("/new.jpg"), casework.asked.length]).toEqual([0, asked]);
  casework.set.fault = undefined;
  await casework.start();
  await eventually("it is looked at", () => {
    clock.advance(1000);
    return at.hits("/new.jpg") > 0;
  });
});

test("a casework of a release without marks keeps nothing back", async () => {
  await casework.stop();
  await casework.start(false);
  at.pages.set("/plain.jpg", "picture 1 1");
  await startProber();
  await at.report("/plain.jpg");
  await at.until("/plain.jpg", "present");
});

test("what a page shows is asked about, at its own host too; what police hold is listed and not connected to", async () => {
  at.pages.set("/page-1", `<html><img src="/a.jpg"><img src="${far("/b.jpg1")}"></html>`);
  at.pages.set("/a.jpg", "picture 1 1");
  at.pages.set("/b.jpg1", "picture 2 2");
  casework.set.isHeld = (url) => url.endsWith("/b.jpg1");
  await startProber();
  await at.report("/page-1");
  const page = await untilOnPage(at, "/page-1", () => true);
  expect(page.items.map(({ reason, content }) => [reason, content !== undefined])).toEqual([
    ["PROBE_REASON_UNSPECIFIED", true],
    ["PROBE_REASON_NOT_FOLLOWED", false],
  ]);
  expect([at.hits("/b.jpg1"), at.connections("127.1.1.1")]).toEqual([0, 0]);
  // Another look, at a host that is known: what it shows now may be marked by itself.
  at.pages.set("/page-1", `<html><img src="/a.jpg"><img src="/c.jpg"></html>`);
  at.pages.set("/c.jpg", "picture 3 3");
  casework.set.isHeld = (url) => url.endsWith("/c.jpg");
  clock.advance(3_600_000);
  await at.report("/page-1");
  await untilOnPage(at, "/page-1", ({ revision }) => revision === 2);
  expect(at.hits("/c.jpg")).toBe(0);
});

const far = (path: string) => at.urlOf(path).replace("host.example", "far-1.example");
