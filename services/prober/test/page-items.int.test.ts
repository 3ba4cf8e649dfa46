import type { Running } from "@ntd/host";
import type { Page } from "@ntd/proto/prober/v1/page";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { ProberConfig } from "../src/config.ts";
import { openProberBed, type ProberBed } from "./bed.ts";
import { AT, many } from "./media-page.ts";
import { MEDIA_PAGES } from "./media-pages.ts";
import { itemIdOf, untilOnPage } from "./on-pages.ts";

const HOST = /(?:https?:)?\/\/((?:[a-z0-9-]+\.)+example)(?::443)?(?=[/"'?\s>])/gi;
/** A name that a page is written with, as its host is called here. */
const called = (name: string) => name.toLowerCase().replace(/(^|\.)board\.example$/, "$1host.example");
const NAMES = MEDIA_PAGES.flatMap(({ html, shows }) => [html, ...shows])
  .flatMap((text) => [...text.matchAll(HOST)].map(([, name = ""]) => called(name)))
  .filter((name) => name !== "host.example");

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed([...new Set(NAMES)]);
});
afterAll(() => at[Symbol.asyncDispose]());

async function prober(given: Partial<ProberConfig> = {}): Promise<Running> {
  const running = await at.startProber(given);
  onTestFinished(() => running[Symbol.asyncDispose]());
  return running;
}

const img = (path: string) => `<img src="${path}">`;
const show = (path: string, ...body: string[]) => at.pages.set(path, `<html><body>${body.join("")}</body></html>`);
async function shown(path: string): Promise<Page> {
  await at.report(path);
  return untilOnPage(at, path, () => true);
}
const reasonsOf = ({ items }: Page) => new Map(items.map(({ targetId, reason }) => [targetId, reason]));

test("an item that leads to a wall, to where nobody may go, or on for ever is not judged, with its reason", async () => {
  await prober();
  at.pages.set(
    "/w/login",
    `<html><title>Log in</title><form method=post><input name=user><input type=password></form>`,
  );
  const leads = new Map([
    ["/w/1.jpg", "/w/login"],
    ["/w/2.jpg", "http://[::1]:8080/admin.jpg"],
    ["/w/3.jpg", "http://169.254.169.254/latest/meta-data/"],
    ["/w/4.jpg", "https://web.archive.org/web/2026/a.jpg"],
    ["/w/5.jpg", "http://host.example:22/"],
    ["/w/6.jpg", "/w/6.jpg"],
    ["/w/7.jpg", "/delete/7"],
    ["/w/8.jpg", "/w/good"],
  ]);
  for (const [from, to] of leads) at.pages.set(from, `to ${to}`);
  at.pages.set("/w/good", "picture 9 9");
  show("/w/page", ...[...leads.keys()].map(img));
  const page = await shown("/w/page");
  const reasons = reasonsOf(page);
  expect([...leads.keys()].map((path) => reasons.get(itemIdOf(at, path))?.replace("PROBE_REASON_", ""))).toEqual([
    "LOGIN_WALL",
    "ADDRESS_FORBIDDEN",
    "ADDRESS_FORBIDDEN",
    "TOO_MANY_REDIRECTS",
    "ADDRESS_FORBIDDEN",
    "TOO_MANY_REDIRECTS",
    "TOO_MANY_REDIRECTS",
    "UNSPECIFIED",
  ]);
  expect(page.counts).toMatchObject({ found: 8, judged: 1, truncated: false });
  expect(at.hits("/delete/7")).toBe(0);
});

test("an item that is larger than all that a page may take is left, and with it what is behind it", async () => {
  await prober({ pageBytes: 1024 * 1024, fetchTimeoutMs: 2000 });
  at.pages.set("/b/0.jpg", "x".repeat(10 * 1024 * 1024));
  const others = many(8, (n) => `/b/${n}.jpg`);
  for (const [n, path] of others.entries()) at.pages.set(path, n < 3 ? `picture ${n} ${n}` : "wait");
  show("/b/page", img("/b/0.jpg"), ...others.map(img));
  const page = await shown("/b/page");
  const reasons = reasonsOf(page);
  expect(reasons.get(itemIdOf(at, "/b/0.jpg"))).toBe("PROBE_REASON_BODY_TOO_LARGE");
  expect(reasons.get(itemIdOf(at, "/b/8.jpg"))).toBe("PROBE_REASON_NOT_FOLLOWED");
  expect(page.counts).toMatchObject({ found: 9, truncated: true });
  expect(at.hits("/b/8.jpg")).toBe(0);
});

test("an item that says that it is too large takes of a page what was read of it, and keeps no other from its turn", async () => {
  await prober({ pageBytes: 4 * 1024 * 1024, maxBytes: 2 * 1024 * 1024 });
  const films = many(3, (n) => `/f/${n}.mp4`);
  for (const path of films) at.pages.set(path, "x".repeat(5 * 1024 * 1024));
  const pictures = many(4, (n) => `/f/${n}.jpg`);
  for (const [n, path] of pictures.entries()) at.pages.set(path, `picture ${n} ${n}`);
  show("/f/page", ...films.map(img), ...pictures.map(img));
  const page = await shown("/f/page");
  const reasons = reasonsOf(page);
  expect([...films, ...pictures].map((path) => reasons.get(itemIdOf(at, path))?.replace("PROBE_REASON_", ""))).toEqual([
    ...films.map(() => "BODY_TOO_LARGE"),
    ...pictures.map(() => "UNSPECIFIED"),
  ]);
  expect(page.counts).toMatchObject({ judged: 4, truncated: false });
});

test("slow items take no more than the page's time; what came before is judged", async () => {
  await prober({ pageMs: 1500 });
  at.pages.set("/t/0.jpg", "picture 8 8");
  const slow = many(20, (n) => `/t/${n}.jpg`);
  for (const path of slow) at.pages.set(path, "hang");
  show("/t/page", img("/t/0.jpg"), ...slow.map(img));
  const began = Date.now();
  const page = await shown("/t/page");
  // Each alone may take 20 seconds, four at a time.
  expect(Date.now() - began).toBeLessThan(25_000);
  const reasons = reasonsOf(page);
  expect(reasons.get(itemIdOf(at, "/t/0.jpg"))).toBe("PROBE_REASON_UNSPECIFIED");
  expect(new Set(slow.map((path) => reasons.get(itemIdOf(at, path))))).toEqual(
    new Set(["PROBE_REASON_TIMED_OUT", "PROBE_REASON_NOT_FOLLOWED"]),
  );
  expect(page.counts).toMatchObject({ found: 21, judged: 1, truncated: true });
});

test("of 500 pictures the first 200 are judged, and that there are more is said", async () => {
  await prober();
  const paths = many(500, (n) => `/m/${n}.jpg`);
  for (const [n, path] of paths.entries()) at.pages.set(path, `picture ${n % 250} ${n % 250}`);
  show("/m/page", ...paths.map(img));
  const page = await shown("/m/page");
  expect(page.items.map(({ targetId }) => targetId)).toEqual(paths.slice(0, 200).map((path) => itemIdOf(at, path)));
  expect(page.counts).toMatchObject({ found: 500, judged: 200, truncated: true });
  expect(paths.slice(200).filter((path) => at.hits(path) > 0)).toEqual([]);
});

test("of a page of a million links what it shows is found, and no link is asked", async () => {
  await prober();
  at.pages.set("/l/1.jpg", "picture 7 7");
  show("/l/page", img("/l/1.jpg"), "<a href=/l/x>x</a>".repeat(1_000_000));
  const page = await shown("/l/page");
  expect(page.items.map(({ targetId }) => targetId)).toEqual([itemIdOf(at, "/l/1.jpg")]);
  expect(page.counts).toMatchObject({ found: 1, judged: 1, truncated: true });
  expect(at.hits("/l/x")).toBe(0);
});

test("of each of the hand-made pages all that it shows is found, and nothing else", async () => {
  await prober({ pageMedia: 600 });
  const { port } = new URL(at.urlOf("/"));
  const here = (text: string) => text.replaceAll(HOST, (_, name: string) => `http://${called(name)}:${port}`);
  const walked = MEDIA_PAGES.map(({ name, html, shows, not = [], frames = [] }, n) => ({
    name,
    path: new URL(`${n}.html`, AT).pathname,
    html: here(html),
    shows: shows
      .filter((one) => !one.startsWith("data:"))
      .map((one) => new URL(here(one), at.urlOf("/b/thread/")).href),
    inline: shows.filter((one) => one.startsWith("data:")).length,
    not: not.filter((one) => !one.startsWith("data:")).map((one) => new URL(here(one), at.urlOf("/b/thread/")).href),
    frames: frames.map((one) => new URL(one).pathname),
  }));
  for (const { shows, frames } of walked) {
    for (const [n, { pathname, search }] of shows.map((one) => new URL(one)).entries())
      at.pages.set(pathname + search, `picture ${n} ${n}`);
    for (const frame of frames) at.pages.set(frame, "<html><p>A frame.");
  }
  for (const { path, html } of walked) at.pages.set(path, html);
  for (const { name, path, shows, inline, not } of walked) {
    const { items, counts } = await shown(path);
    const ids = items.filter(({ element }) => !element.endsWith(" data")).map(({ targetId }) => targetId);
    expect([name, ids.toSorted()]).toEqual([name, shows.map((one) => itemIdOf(at, one)).toSorted()]);
    // What stands in the page itself is no picture to the service of this bed.
    expect(counts).toMatchObject({ judged: shows.length, truncated: false });
    expect(items.length - ids.length).toBe(inline);
    for (const one of not) expect(ids).not.toContain(itemIdOf(at, one));
  }
}, 120_000);
