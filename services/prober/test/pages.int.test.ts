import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import type { Target } from "@ntd/proto/prober/v1/target";
import { MovableClock } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { ProberConfig } from "../src/config.ts";
import { openProberBed, type ProberBed } from "./bed.ts";
import { itemIdOf, pagesTold, publishDecision, publishMatch, untilOnPage } from "./on-pages.ts";

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
afterAll(() => at[Symbol.asyncDispose]());

async function prober(given: Partial<ProberConfig> = {}, clock?: MovableClock): Promise<Running> {
  const running = await at.startProber({ pageAgainMs: 50, ...given }, clock);
  let stopped = false;
  const stop = async () => {
    if (!stopped) await running[Symbol.asyncDispose]();
    stopped = true;
  };
  onTestFinished(stop);
  return { address: running.address, [Symbol.asyncDispose]: stop };
}

const show = (path: string, ...body: string[]) => at.pages.set(path, `<html><body>${body.join("")}</body></html>`);
const img = (path: string) => `<img src="${path}">`;
const newestOf = async (targetId: string): Promise<Target | undefined> =>
  (await at.bed.published(nouns.target)).findLast(({ data }) => data.targetId === targetId)?.data;
/** Looks at it again and waits until that is noted. */
async function lookAgain(path: string): Promise<void> {
  const before = at.hits(path);
  await at.report(path);
  await eventually(`another look at ${path}`, () => at.hits(path) > before);
  // A target has one look at a time: once the second one begins, the first is noted.
  const second = at.hits(path);
  await at.report(path);
  await eventually(`a look behind it at ${path}`, () => at.hits(path) > second);
}

test("what a page shows is fetched as it would be, judged and told in order of weight; nothing else is asked", async () => {
  await prober();
  at.pages.set("/g/1.jpg", "picture 1 1");
  at.pages.set("/g/2.jpg", "picture 2 2");
  at.pages.set("/g/film.mp4", "a film");
  at.pages.set("/g/inner.html", `<html><img src=/g/3.jpg>`);
  at.pages.set("/g/3.jpg", "picture 3 3");
  show(
    "/g/page",
    `<a href="/g/2.jpg">2</a><a href="/delete/9.jpg">x</a><a href="https://web.archive.org/1.jpg">y</a>`,
    `<img src="/g/1.jpg"><img src="/g/dot.gif" width=1 height=1><img src="/g/none.jpg">`,
    `<video src="/g/film.mp4"></video><iframe src="/g/inner.html"></iframe><a href="/g/other.html">z</a>`,
  );
  await at.report("/g/page");
  const page = await untilOnPage(at, "/g/page", () => true);
  await at.until("/g/page", "not_media");
  expect(
    page.items.map(({ targetId, element, reason, eyes, content }) => [
      targetId,
      element,
      reason,
      eyes.join(),
      content?.fingerprints[0]?.value[0],
    ]),
  ).toEqual([
    [itemIdOf(at, "/g/1.jpg"), "img", "PROBE_REASON_UNSPECIFIED", "browser", 1],
    [itemIdOf(at, "/g/none.jpg"), "img", "PROBE_REASON_HTTP_NOT_FOUND", "browser", undefined],
    [itemIdOf(at, "/g/film.mp4"), "video", "PROBE_REASON_NOT_A_PICTURE", "browser", 6],
    [itemIdOf(at, "/g/2.jpg"), "a", "PROBE_REASON_UNSPECIFIED", "browser", 2],
    [itemIdOf(at, "/g/3.jpg"), "img", "PROBE_REASON_UNSPECIFIED", "browser", 3],
  ]);
  expect(page).toMatchObject({
    episode: 1,
    revision: 1,
    part: 0,
    parts: 1,
    closed: false,
    counts: { found: 8, judged: 3, tooSmall: 1, neverFollowed: 2, truncated: false },
  });
  expect(at.refererOf("/g/1.jpg")).toBe(at.urlOf("/g/page"));
  expect(["/delete/9.jpg", "/g/dot.gif", "/g/other.html"].map((path) => at.hits(path))).toEqual([0, 0, 0]);
});

test("the same media are told once and not fetched again, until somebody reports the page; others are told", async () => {
  await prober({ idleMs: 200, slotMs: 50 });
  at.pages.set("/s/1.jpg", "picture 11 11");
  show("/s/page", img("/s/1.jpg"), "<p>one");
  await at.report("/s/page");
  await untilOnPage(at, "/s/page", () => true);
  show("/s/page", img("/s/1.jpg"), "<p>two");
  const before = at.hits("/s/page");
  await eventually("two more looks", () => at.hits("/s/page") >= before + 3);
  expect(at.hits("/s/1.jpg")).toBe(1);
  expect(await pagesTold(at, "/s/page")).toHaveLength(1);
  await at.report("/s/page");
  await eventually("it was fetched anew", () => at.hits("/s/1.jpg") >= 2);
  show("/s/page", img("/s/1.jpg"), img("/s/2.jpg"));
  const page = await untilOnPage(at, "/s/page", ({ items }) => items.length === 2);
  expect(page.revision).toBe(2);
});

test("limits are kept and said", async () => {
  await prober({ pageMedia: 3, pageBytes: 40 });
  for (let i = 1; i <= 9; i++) at.pages.set(`/l/${i}.jpg`, `picture ${i} ${i}`);
  show("/l/page", ...Array.from({ length: 9 }, (_, i) => img(`/l/${i + 1}.jpg`)));
  await at.report("/l/page");
  const page = await untilOnPage(at, "/l/page", () => true);
  expect(page.items).toHaveLength(3);
  expect(page.counts).toMatchObject({ found: 9, truncated: true });
  expect([4, 5, 6, 7, 8, 9].map((i) => at.hits(`/l/${i}.jpg`))).toEqual([0, 0, 0, 0, 0, 0]);
});

test("a page that refreshes itself away is what it leads to", async () => {
  await prober();
  at.pages.set("/r/1.jpg", "picture 21 21");
  at.pages.set("/r/page", `<html><meta http-equiv=refresh content="0; url=/r/next">`);
  show("/r/next", img("/r/1.jpg"));
  await at.report("/r/page");
  const page = await untilOnPage(at, "/r/page", () => true);
  expect(page.items.map(({ targetId }) => targetId)).toEqual([itemIdOf(at, "/r/1.jpg")]);
  expect(at.refererOf("/r/next")).toBe(at.urlOf("/r/page"));
});

test("a wall that refreshes itself away is a wall: nothing that it leads to is asked", async () => {
  await prober();
  const login = `<title>Log in</title><form method=post><input name=user><input type=password></form>`;
  at.pages.set("/v/page", `<html><meta http-equiv=refresh content="0; url=/v/next">${login}`);
  await at.report("/v/page");
  expect((await at.until("/v/page", "unreachable")).reason).toBe("PROBE_REASON_LOGIN_WALL");
  expect([at.hits("/v/next"), (await pagesTold(at, "/v/page")).length]).toEqual([0, 0]);
});

test("a picture that stands in the page is judged by its bytes, and is no target where it is listed", async () => {
  await prober();
  const data = Buffer.from(`picture real 77`.padEnd(600)).toString("base64");
  show("/d/page", `<img src="data:image/png;base64,${data}"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`);
  await at.report("/d/page");
  const { items, counts } = await untilOnPage(at, "/d/page", () => true);
  expect(items).toMatchObject([{ element: "img data", eyes: ["browser"], content: { sizeBytes: 600 } }]);
  expect(counts).toMatchObject({ found: 2, tooSmall: 1 });
  await publishMatch(at, "/d/page", [items[0]?.targetId ?? ""]);
  await eventually("the match was heard", async () => {
    const { num_pending: pending, num_ack_pending: unacknowledged } = await at.bed.bus.manager.consumers.info(
      "MATCHING",
      "prober-match",
    );
    return pending === 0 && unacknowledged === 0;
  });
  at.pages.set("/d/other", "picture 78 78");
  await at.report("/d/other");
  await at.until("/d/other", "present");
  expect(await newestOf(items[0]?.targetId ?? "")).toBeUndefined();
});

test("what hits something listed becomes a target of its own that names its page, and nothing else does", async () => {
  await prober();
  for (const i of [1, 2, 3]) at.pages.set(`/m/${i}.jpg`, `picture 3${i} 3${i}`);
  show("/m/page", img("/m/1.jpg"), img("/m/2.jpg"), img("/m/3.jpg"));
  await at.report("/m/page");
  await untilOnPage(at, "/m/page", () => true);
  await publishMatch(at, "/m/page", [itemIdOf(at, "/m/2.jpg")], "SET_ROLE_NEGATIVE");
  await publishMatch(at, "/m/page", [itemIdOf(at, "/m/1.jpg")], "SET_ROLE_VICTIM_REPORTED");
  const found = await eventually("the target", () => newestOf(itemIdOf(at, "/m/1.jpg")));
  expect(found).toMatchObject({ state: "TARGET_STATE_PRESENT", foundOnTargetId: page("/m/page"), episode: 1 });
  expect(await newestOf(itemIdOf(at, "/m/2.jpg"))).toBeUndefined();
  expect(await newestOf(itemIdOf(at, "/m/3.jpg"))).toBeUndefined();
  expect(await pagesTold(at, "/m/page")).toHaveLength(1);
});

test("what is shown to its page alone is asked for as its page does, at first and where it is missed later", async () => {
  await prober();
  at.pages.set("/h/1.jpg", `only from ${at.urlOf("/h/page")} picture 41 41`);
  at.pages.set("/h/way", "to /h/page");
  show("/h/page", img("/h/1.jpg"));
  await at.report("/h/way");
  await untilOnPage(at, "/h/way", () => true);
  await publishMatch(at, "/h/way", [itemIdOf(at, "/h/1.jpg")]);
  const found = await eventually("the target", () => newestOf(itemIdOf(at, "/h/1.jpg")));
  expect(found).toMatchObject({ state: "TARGET_STATE_PRESENT", foundOnTargetId: page("/h/way") });
  const before = at.hits("/h/1.jpg");
  await at.report("/h/1.jpg", { targetId: itemIdOf(at, "/h/1.jpg") });
  await eventually("a later look", () => at.hits("/h/1.jpg") >= before + 2);
  expect(at.refererOf("/h/1.jpg")).toBe(at.urlOf("/h/page"));
  expect(await newestOf(itemIdOf(at, "/h/1.jpg"))).toMatchObject({ state: "TARGET_STATE_PRESENT" });
});

const page = (path: string) => Buffer.from(path).toString("hex").padEnd(32, "0").slice(-32);

/** A page with an illegal picture and an innocent one, as it is told to be. */
async function illegalPage(name: string): Promise<{ path: string; bad: string; good: string }> {
  const [path, bad, good] = [`/${name}/page`, `/${name}/bad.jpg`, `/${name}/good.jpg`];
  at.pages.set(bad, `picture ${name.length + 40} ${name.length + 40}`);
  at.pages.set(good, "picture 200 200");
  show(path, img(bad), img(good));
  await at.report(path);
  await untilOnPage(at, path, () => true);
  await publishMatch(at, path, [itemIdOf(at, bad)]);
  await eventually("the target", () => newestOf(itemIdOf(at, bad)));
  await publishDecision(at, itemIdOf(at, bad), "VERDICT_ILLEGAL");
  const durable = () => at.bed.bus.manager.consumers.info("CASEWORK", "prober-case");
  await eventually("the decision was heard", async () => {
    const { num_pending: pending, num_ack_pending: unacknowledged } = await durable();
    return pending === 0 && unacknowledged === 0;
  });
  return { path, bad, good };
}

test("a page is seen while an illegal picture is on it, and gone once it is there no more, its file being as it is", async () => {
  await prober();
  const { path, good } = await illegalPage("illegal");
  show(path, img("/illegal/bad.jpg"), "<p>other words, and one picture less");
  await lookAgain(path);
  expect((await at.told(path)).map(({ verb }) => verb)).not.toContain("suspect_gone");
  show(path, img(good));
  await at.report(path);
  const gone = await at.until(path, "gone");
  expect(gone).toMatchObject({ reason: "PROBE_REASON_OTHER_CONTENT", goneStrength: "GONE_STRENGTH_REPLACED" });
  expect(await newestOf(itemIdOf(at, "/illegal/bad.jpg"))).toMatchObject({ state: "TARGET_STATE_PRESENT" });
  // It comes back: another episode, with media of its own.
  show(path, img(good), img("/illegal/bad.jpg"));
  await at.report(path);
  await at.until(path, "not_media", 2);
  await untilOnPage(at, path, ({ episode, closed }) => episode === 1 && closed);
  expect((await pagesTold(at, path)).map(({ verb, data }) => [verb, data.episode]).slice(-2)).toEqual([
    ["found", 2],
    ["closed", 1],
  ]);
});

test("the same picture under another address each time is still there", async () => {
  await prober();
  const { path } = await illegalPage("cache-buster");
  at.pages.set("/cache-buster/bad.jpg?2", "picture 52 52");
  show(path, img("/cache-buster/bad.jpg?2"));
  await lookAgain(path);
  expect((await at.told(path)).map(({ verb }) => verb)).not.toContain("suspect_gone");
});

test("a page that shows others each time is blind, never gone", async () => {
  await prober({ slotMs: 200 });
  const { path } = await illegalPage("dynamic");
  let shown = 0;
  const turning = setInterval(() => {
    at.pages.set(`/dynamic/${++shown}.jpg`, `picture real ${shown % 250}`);
    show(path, img(`/dynamic/${shown}.jpg`));
  }, 20);
  onTestFinished(() => clearInterval(turning));
  await at.notice(path, "notice-dynamic", 1, "NOTICE_STATE_ISSUED");
  const unseen = await at.until(path, "unseen");
  expect(unseen).toMatchObject({ reason: "PROBE_REASON_DYNAMIC" });
  expect((await at.told(path)).map(({ verb }) => verb)).not.toContain("gone");
});

test("of a page that is watched no longer nothing is looked up, and what was on it goes", async () => {
  const clock = new MovableClock();
  await prober({ watchDays: 2, pageKeptDays: 5 }, clock);
  at.pages.set("/c/1.jpg", "picture 61 61");
  show("/c/page", img("/c/1.jpg"));
  await at.report("/c/page", { receivedTime: clock.now() });
  await untilOnPage(at, "/c/page", () => true);
  await at.until("/c/page", "not_media");
  clock.advance(3 * 86_400_000);
  expect(await untilOnPage(at, "/c/page", ({ closed }) => closed)).toMatchObject({ items: [{ element: "img" }] });
  await at.until("/c/page", "closed");
  await at.report("/c/page", { receivedTime: clock.now() });
  expect(await untilOnPage(at, "/c/page", ({ closed }) => !closed)).toMatchObject({ items: [{ element: "img" }] });
});

test("of a page that became a picture nothing is looked up any more, once that is watched no longer", async () => {
  const clock = new MovableClock();
  await prober({ watchDays: 2 }, clock);
  at.pages.set("/turned/1.jpg", "picture 62 62");
  show("/turned/page", img("/turned/1.jpg"));
  await at.report("/turned/page", { receivedTime: clock.now() });
  await untilOnPage(at, "/turned/page", () => true);
  await at.until("/turned/page", "not_media");
  at.pages.set("/turned/page", "picture 64 64");
  await at.report("/turned/page", { receivedTime: clock.now() });
  await at.until("/turned/page", "present");
  clock.advance(3 * 86_400_000);
  await at.until("/turned/page", "closed");
  await untilOnPage(at, "/turned/page", ({ closed }) => closed);
});

test("nor of one that is gone, once a picture stands there in another episode", async () => {
  await prober();
  at.pages.set("/gone/1.jpg", "picture 65 65");
  show("/gone/page", img("/gone/1.jpg"));
  await at.report("/gone/page");
  await untilOnPage(at, "/gone/page", () => true);
  await at.until("/gone/page", "not_media");
  at.pages.set("/gone/page", 404);
  await at.report("/gone/page");
  await at.until("/gone/page", "gone");
  at.pages.set("/gone/page", "picture 66 66");
  await at.report("/gone/page");
  await at.until("/gone/page", "present", 2);
  await untilOnPage(at, "/gone/page", ({ closed }) => closed);
});
