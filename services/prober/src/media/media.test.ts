import fc from "fast-check";
import { longestTurnMs } from "@ntd/testing/longest-turn";
import { describe, expect, test } from "vitest";
import { AT, many } from "../../test/media-page.ts";
import { MEDIA_PAGES } from "../../test/media-pages.ts";
import { mediaOf, type PageMedia } from "./media.ts";

const absolute = (address: string) => new URL(address, AT).href;
const urls = async (html: string, at = AT) => (await mediaOf(html, at)).media.map(({ url }) => url);

test("there are thirty of them", () => {
  expect(MEDIA_PAGES.length).toBeGreaterThanOrEqual(30);
});

test.each(MEDIA_PAGES)("$name", async ({ html, shows, not = [], frames = [] }) => {
  const found = await mediaOf(html, AT);
  const all = found.media.map(({ url }) => url);
  expect(all.toSorted()).toEqual(shows.map(absolute).toSorted());
  expect(all.filter((url) => not.map(absolute).includes(url))).toEqual([]);
  expect(found.frames).toEqual(frames);
  expect(found.truncated).toBe(false);
  expect(found.found).toBe(all.length + found.tooSmall + found.neverFollowed);
});

describe("order and numbers", () => {
  test("what is shown weighs more than what is led to, named or drawn behind", async () => {
    const html = `<link rel=image_src href=/e.jpg><meta property=og:image content=/d.jpg><style>a{background:url(/f.jpg)}</style>
      <noscript><img src=/g.jpg></noscript><a href=/c.jpg></a><video poster=/b.jpg></video><img src=/a.jpg>`;
    expect(await urls(html)).toEqual("abcdefg".split("").map((one) => absolute(`/${one}.jpg`)));
    expect((await mediaOf(html, AT)).media.map(({ element }) => element)).toEqual([
      "img",
      "video poster",
      "a",
      "meta",
      "link",
      "style",
      "noscript img",
    ]);
  });

  test("small ones and links that are never followed are counted, and once each", async () => {
    const html = `<img src=/s.gif width=1 height=1><img src=/s.gif width=1 height=1><img src=/once.jpg width=9 height=9><img src=/once.jpg>
      <img src=/wide.jpg width=40 height=400><img src=/half.jpg width=40><a href="/delete/1.jpg"></a><a href="/delete/1.jpg"></a>`;
    expect(await mediaOf(html, AT)).toMatchObject({ found: 5, tooSmall: 1, neverFollowed: 1 });
    expect(await urls(html)).toEqual(["/once.jpg", "/wide.jpg", "/half.jpg"].map(absolute));
  });

  test("what makes pictures smaller is asked where they are shown, not where something leads to it", async () => {
    const file = encodeURIComponent("https://files.other.example/a.jpg");
    const html = `<img src="/_next/image?url=${file}&amp;w=64"><img srcset="/cdn-cgi/image/width=9/https://files.other.example/b.jpg 2x">
      <div style="background:url(https://i0.wp.com/files.other.example/c.jpg?w=9)"></div><meta property=og:image content="https://i0.wp.com/files.other.example/d.jpg">
      <a href="/_ipx/w_9/https://files.other.example/e.jpg">e</a><img src="/count?u=${file}"><img src="https://web.archive.org/f.jpg">`;
    expect(await mediaOf(html, AT)).toMatchObject({ found: 7, neverFollowed: 4 });
    expect(await urls(html)).toEqual([
      absolute(`/_next/image?url=${file}&w=64`),
      absolute("/cdn-cgi/image/width=9/https://files.other.example/b.jpg"),
      "https://i0.wp.com/files.other.example/c.jpg?w=9",
    ]);
  });

  test("other schemes, the page itself and what is too long are nothing", async () => {
    const html = `<img src="blob:https://x/1"><img src="javascript:1"><img src="#a"><img src=""><img src="/${"x".repeat(9000)}.jpg">`;
    expect(await mediaOf(html, AT)).toMatchObject({ media: [], found: 0 });
  });
});

describe("where a page sends on", () => {
  test.each([
    ["0; url=/next", absolute("/next")],
    ["10;URL='https://other.example/a'", "https://other.example/a"],
    ["11; url=/next", undefined],
    ["0", undefined],
    ["0; url=#top", undefined],
    ["0; url=javascript:1", undefined],
    ["0; url=/logout", undefined],
    ["0; url=https://web.archive.org/x", undefined],
  ])("%j leads to %s", async (content, to) => {
    expect((await mediaOf(`<meta http-equiv=Refresh content="${content}">`, AT)).refresh).toBe(to);
  });
});

/** So long the others wait while a page is read. */
const MOST_TURN_MS = 100;

describe("hostile pages", () => {
  const images = (count: number) => many(count, (at) => `<img src=${at}>`).join("");
  const hosts = (from: string) => `${from}${many(500, (at) => `https:/${at}.ex/`).join("")}`;
  const jsonLd = (count: number) =>
    `<script type=application/ld+json>{"image":[${many(count, () => '"a"').join()}]}</script>`;
  const bare = { media: [], frames: [] };
  const cases: [string, string, Partial<PageMedia>][] = [
    ["a million links", `<a href=/x>x</a>`.repeat(1_000_000), bare],
    [
      "a million links to files",
      Array.from({ length: 1_000_000 }, (_, i) => `<a href=/${i}.jpg>`).join(""),
      { truncated: true },
    ],
    ["a million open elements", "<div>".repeat(1_000_000), bare],
    ["a million closed ones", "</div></noscript></picture>".repeat(400_000), bare],
    ["an attribute of 10 MB", `<img src="${"a".repeat(10_000_000)}">`, bare],
    ["10 MB of entities in an attribute", `<img src="${"&amp;".repeat(2_000_000)}">`, bare],
    [
      "an attribute that never ends",
      `<img src=/a.jpg><img src="${"b".repeat(10_000_000)}`,
      { media: [{ url: absolute("/a.jpg"), element: "img" }] },
    ],
    [
      "a tag of a million attributes",
      `<img ${Array.from({ length: 1_000_000 }, (_, i) => `a${i}=1`).join(" ")} src=/a.jpg>`,
      { found: 1 },
    ],
    ["a million url( that never end", `<style>${"url(".repeat(1_000_000)}</style>`, bare],
    ["a million quotes in a style", `<p style='${'url("'.repeat(1_000_000)}'>`, { found: 1 }],
    ["a srcset of commas", `<img srcset="${", ".repeat(4_000_000)}">`, bare],
    ["a srcset of a million", `<img srcset="${"/a.jpg 1x, ".repeat(1_000_000)}">`, { found: 1 }],
    ["JSON-LD of half a million brackets", `<script type=application/ld+json>${"[".repeat(500_000)}</script>`, bare],
    [
      "addresses as long as they may be, of every weight",
      many(2000, (at) => {
        const long = `/${at}.jpg?${"http:/%25".repeat(100)}`;
        return `<img src="${long}"><a href="${long}a">x</a><video poster="${long}b"></video><p style="background:url(${long}c)">`;
      }).join(""),
      bare,
    ],
    [
      "JSON-LD as long as it is read",
      `<script type=application/ld+json>[${'{"image":"/a.jpg"},'.repeat(25_000)}1]</script>`,
      { found: 1 },
    ],
    ["spaces in a refresh", `<meta http-equiv=refresh content="${" ".repeat(5_000_000)}x">`, bare],
    ["elements named as what objects have", "<constructor a=1><__proto__ b=2><toString c=3>", bare],
    ["JSON-LD of a hundred thousand pictures", jsonLd(131_000), { truncated: true }],
    ["short addresses below a long one", `<base href="/${"x".repeat(8000)}/">${images(2000)}`, { truncated: true }],
    ["addresses that are long once they are escaped", `<img src="/${"é".repeat(4000)}">`, { found: 0 }],
    ["hosts in addresses, of a base that has them too", `<base href="${hosts("//h.example/")}">${images(2000)}`, {}],
    ["frames in frames", `<iframe srcdoc="${"&lt;iframe srcdoc=x&gt;".repeat(300_000)}">`, bare],
  ];

  test("below an address of many hosts, links that name them all are told in little time", async () => {
    const began = process.cpuUsage();
    const longest = await longestTurnMs(async () => {
      const { media } = await mediaOf(`<base href="${hosts("/x/")}">${images(2000)}`, hosts(AT));
      expect(media.length).toBeGreaterThan(100);
    });
    expect(process.cpuUsage(began).user / 1e6).toBeLessThan(20);
    expect(longest).toBeLessThan(MOST_TURN_MS);
  });

  test.each(cases)("%s", async (_, html, expected) => {
    const began = process.cpuUsage();
    let found: PageMedia | undefined;
    const longest = await longestTurnMs(async () => {
      found = await mediaOf(html, AT);
    });
    expect(found).toMatchObject(expected);
    const { user } = process.cpuUsage(began);
    // What takes quadratic time takes minutes here.
    expect(user / 1e6).toBeLessThan(20);
    expect(longest).toBeLessThan(MOST_TURN_MS);
  });

  test("whatever it is, nothing but addresses that may be asked comes out", async () => {
    const part = fc.constantFrom(
      ..."<img |<a |<source |<style>|</style>|<script type=application/ld+json>|</script>|src=|href=|srcset=|style=|/a.jpg|//h.example/b.png|data:image/png,|url(|)|\"|'|>|<|&#0;|&amp;|\0|\ud800| |{|}|[|<iframe srcdoc=|<base href=|http://|javascript:|/delete/".split(
        "|",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 60 }), async (parts) => {
        const { media, frames, found, tooSmall, neverFollowed } = await mediaOf(parts.join(""), AT);
        for (const { url } of media) expect(url).toMatch(/^(?:https?:\/\/|data:image\/)/);
        for (const frame of frames) expect(new URL(frame).hostname).toMatch(/board\.example$/);
        expect(new Set(media.map(({ url }) => url)).size).toBe(media.length);
        expect(found).toBe(media.length + tooSmall + neverFollowed);
      }),
    );
  });
});
