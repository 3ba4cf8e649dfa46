import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cpuMs } from "@ntd/testing/cpu-ms";
import { isNeverFollowed, isNeverShown, leadingFrom } from "./never-follow.ts";

const FROM = "https://img.host.example/u/a.jpg";

describe("is never followed:", () => {
  test.each([
    ["another address in the query", "https://host.example/go?url=https://evil.example/x.jpg"],
    ["the same, escaped", "https://host.example/go?url=https%3A%2F%2Fevil.example%2Fx.jpg"],
    ["the same, escaped twice", "https://host.example/go?url=https%253A%252F%252Fevil.example"],
    ["the same, in small letters", "https://host.example/go?url=https%3a%2f%2fevil.example"],
    ["without a scheme", "https://host.example/go?url=//evil.example/x.jpg"],
    ["without a scheme, escaped", "https://host.example/go?url=%2F%2Fevil.example%2Fx.jpg"],
    ["with the wrong slashes", "https://host.example/go?url=https:%5C%5Cevil.example"],
    ["another address in the path", "https://host.example/proxy/http://evil.example/x.jpg"],
    ["of which a server made one slash", "https://host.example/proxy/https:/evil.example/x.jpg"],
    ["the same, escaped", "https://host.example/proxy/https%3A%2F%2Fevil.example%2Fx.jpg"],
    ["its scheme as a part of the path", "https://host.example/fetch/https/evil.example/x.jpg"],
    ["one that only begins like its host", "https://host.example/go?url=https://host.example.evil.example/"],
    ["one that names its host as a user", "https://host.example/go?url=https://host.example@evil.example/"],
    ["the address of a third, among its own", "https://host.example/?a=https://host.example/&b=http://evil.example/"],
    ["ours, told to another site", `https://check.example/?return=${FROM}`],
    ["no host at all", "https://host.example/go?url=http://"],
    ["log-out", "https://host.example/user/logout"],
    ["log-out in two words", "https://host.example/Log-Out.php?x=1"],
    ["log-out in the query", "https://host.example/index.php?action=logout"],
    ["log-out as a name", "https://host.example/?logout"],
    ["delete", "https://host.example/delete/k3jd9"],
    ["report", "https://host.example/u/a.jpg/report"],
    ["a vote", "https://host.example/vote.php?id=7"],
    ["a vote in the query", "https://host.example/gallery/7?do=upvote"],
    ["unsubscribe", "https://host.example/unsubscribe?id=1"],
    ["reverse search", "https://tineye.com/search"],
    ["Google's pictures of a country", "https://images.google.co.uk/"],
    ["Google's look-up", "https://www.google.com/searchbyimage?x=1"],
    ["Yandex's", "https://yandex.com.tr/images/search?rpt=imageview"],
    ["Bing's", "https://www.bing.com/images/search?view=detailv2&iss=sbi"],
    ["an archive", "https://web.archive.org/web/2026/x"],
    ["an archive of many names", "https://archive.ph/abc"],
    ["a copy of a search engine", "https://webcache.googleusercontent.com/search?q=cache:x"],
    ["a translation, by a name below", "https://host-example.translate.goog/u/a.jpg"],
    ["a reader", "https://r.jina.ai/x"],
    ["a scanner", "https://urlscan.io/result/1"],
    ["a preview", "https://i.embed.ly/1/image"],
    ["a picture of a page", "https://image.thum.io/get/x"],
  ])("%s", (_, to) => expect(isNeverFollowed(new URL(FROM), new URL(to))).toBe(true));
});

describe("is followed:", () => {
  test.each<[string, string, string?]>([
    ["another file", "https://cdn.other.example/u/a.jpg"],
    ["a path within its query", "https://host.example/login?next=/u/a.jpg"],
    ["its own address in the query", `https://host.example/login?return_to=${FROM}`],
    ["the same, escaped", `https://host.example/login?return_to=${encodeURIComponent(FROM)}`],
    ["another name of its site in its path", "https://host.example/x/https://cdn.host.example:8443/a.jpg"],
    ["a signed address that names its host", "https://s3.host.example/a.jpg?X-Amz-Host=s3.host.example&X-Amz-Date=1"],
    ["a host at an address of its own", "http://192.0.2.7/x?u=http://192.0.2.7/a.jpg", "http://192.0.2.7/"],
    ["two slashes in a path", "https://host.example//u//a.jpg"],
    ["a placeholder that says removed", "https://i.host.example/removed.png"],
    ["a folder of reports", "https://host.example/reports/2026/a.jpg"],
    ["a word within a word", "https://host.example/u/flagship-report-of-the-year.jpg"],
    ["a search that is none of pictures", "https://www.bing.com/search?q=x"],
    ["a host that only ends like one of them", "https://nottineye.com/x"],
    ["the word that was reported", "https://www.host.example/report/a.jpg", "http://host.example/report/a.jpg"],
    [
      "a copy in an archive, if that was reported",
      "https://web.archive.org/web/20260101000000/http://evil.example/a.jpg",
      "https://web.archive.org/web/2026/http://evil.example/a.jpg",
    ],
  ])("%s", (_, to, from = FROM) => expect(isNeverFollowed(new URL(from), new URL(to))).toBe(false));

  test("not a copy of something else in the archive that was reported", () => {
    const from = new URL("https://web.archive.org/web/2026/http://one.example/a.jpg");
    expect(isNeverFollowed(from, new URL("https://web.archive.org/web/2026/http://other.example/a.jpg"))).toBe(true);
  });
});

test("however often another site's address is escaped (four times), it is seen; and the answer comes soon", () => {
  const sites = fc.constantFrom("https://evil.example/x", "http://evil.example", "ftp://evil.example/x.jpg");
  fc.assert(
    fc.property(sites, fc.integer({ min: 0, max: 4 }), fc.constantFrom("?u=", "/p/"), (site, times, before) => {
      const escaped = Array.from({ length: times }).reduce<string>((text) => encodeURIComponent(text), site);
      expect(isNeverFollowed(new URL(FROM), new URL(`https://host.example/${before}${escaped}`))).toBe(true);
    }),
  );
  const ms = cpuMs(() => {
    for (const part of ["http:", "/https/", "%25", "=//a", "https://a", "a/"]) {
      isNeverFollowed(new URL(FROM), new URL(`https://host.example/?x=${part.repeat(30_000)}`));
    }
  });
  expect(ms).toBeLessThan(3000);
});

describe("a picture that a page shows", () => {
  const never = (to: string) => isNeverShown(new URL("https://shop.example/gallery/7"), new URL(to));
  const file = "https://files.other.example/u/a.jpg";
  const escaped = encodeURIComponent(file);

  test.each([
    ["Next.js", `https://shop.example/_next/image?url=${escaped}&w=1080&q=75`],
    ["Next.js in a folder", `https://shop.example/blog/_next/image?url=${escaped}&w=1080&q=75`],
    ["Vercel", `https://shop.example/_vercel/image?url=${escaped}&w=640`],
    ["Netlify", `https://shop.example/.netlify/images?url=${escaped}&w=640`],
    ["Nuxt", `https://shop.example/_ipx/w_200,f_webp/${file}`],
    ["Astro", `https://shop.example/_image?href=${escaped}&w=100`],
    ["Cloudflare", `https://shop.example/cdn-cgi/image/width=80,quality=75/${file}`],
    [
      "Cloudflare, where a server made one slash",
      `https://shop.example/cdn-cgi/image/fit=cover/https:/files.other.example/a.jpg`,
    ],
    ["Cloudinary", `https://res.cloudinary.com/demo/image/fetch/w_300,f_auto/${escaped}`],
    ["imgix", `https://shop.imgix.net/${escaped}?w=300&s=0123`],
    ["ImageKit", `https://ik.imagekit.io/demo/tr:w-300/${file}`],
    ["WordPress", "https://i0.wp.com/files.other.example/u/a.jpg?fit=300%2C200&ssl=1"],
    ["weserv", `https://images.weserv.nl/?url=files.other.example/u/a.jpg&w=300`],
    [
      "weserv, with another if it fails",
      `https://wsrv.nl/?url=${escaped}&default=${encodeURIComponent("https://files.other.example/none.png")}`,
    ],
    ["GitHub", "https://camo.githubusercontent.com/0123456789abcdef/68747470733a2f2f"],
    ["Discord", "https://images-ext-1.discordapp.net/external/x0_k/%3Fw%3D1/https/files.other.example/u/a.jpg"],
    ["a forum", `https://forum.example/proxy.php?image=${escaped}&hash=0123`],
    ["Misskey", `https://media.example/proxy/image.webp?url=${escaped}`],
    ["Lemmy", `https://lemmy.example/api/v3/image_proxy?url=${escaped}`],
    ["timthumb", `https://shop.example/wp-content/themes/x/timthumb.php?src=${escaped}&w=200`],
    ["thumbor", `https://thumbs.example/unsafe/300x300/smart/${file}`],
    ["imgproxy", `https://img.example/sig/rs:fill:300:400/plain/${file}@webp`],
    [
      "one that asks another",
      `https://shop.example/_next/image?url=${encodeURIComponent("https://i2.wp.com/files.other.example/u/a.jpg")}&w=64`,
    ],
    ["no proxy at all", file],
  ])("is asked for by %s", (_, to) => expect(never(to)).toBe(false));

  test.each([
    ["any other program that is told an address", `https://shop.example/go?url=${escaped}`],
    ["a redirector", `https://shop.example/out.php?image=${escaped}`],
    [
      "a proxy that is asked for a redirector",
      `https://shop.example/_next/image?url=${encodeURIComponent(`https://go.example/?to=${file}`)}`,
    ],
    [
      "a proxy that is asked to do something",
      `https://shop.example/_next/image?url=${encodeURIComponent("https://forum.example/post/7/delete")}`,
    ],
    ["the same, without a scheme", "https://images.weserv.nl/?url=forum.example/logout"],
    ["the same, in its path", "https://i0.wp.com/forum.example/report/"],
    ["a proxy that would do something itself", `https://shop.example/_next/image?url=${escaped}&action=delete`],
    ["a proxy that is asked for a search by picture", `https://i0.wp.com/tineye.com/search`],
    [
      "a proxy that is told of another site beside",
      `https://shop.example/_next/image?url=${escaped}&x=a+https://evil.example`,
    ],
    ["an archive", "https://web.archive.org/web/2026im_/https://files.other.example/u/a.jpg"],
    ["more of them in a row than anybody needs", nested(file, 4)],
  ])("is not asked for by %s", (_, to) => expect(never(to)).toBe(true));

  test("to be led to one of them is never followed, as before", () => {
    expect(isNeverFollowed(new URL(FROM), new URL(`https://host.example/_next/image?url=${escaped}`))).toBe(true);
    expect(isNeverFollowed(new URL(FROM), new URL("https://i0.wp.com/files.other.example/u/a.jpg"))).toBe(true);
  });

  test("whatever it is, the answer comes soon", () => {
    const ms = cpuMs(() => {
      for (const part of [
        "http:",
        "/https/",
        "%25",
        "=//a",
        "https://a",
        "a/",
        "a.",
        "&url=https://a.example/",
        "/plain",
      ]) {
        for (const place of ["_next/image?url=https://", "unsafe/", "a/b/", "cdn-cgi/image/"])
          never(`https://shop.example/${place}${part.repeat(1000)}`);
      }
    });
    expect(ms).toBeLessThan(3000);
  });
});

test("of addresses that carry the same hundreds of others it is told soon, and that one more is in the second", () => {
  const many = Array.from({ length: 2000 }, (_, i) => `https:/${i}.example/`).join("");
  const leading = leadingFrom(new URL(`https://host.example/${many}`));
  const ms = cpuMs(() => {
    for (let nth = 0; nth < 20; nth++) {
      expect(leading.isNeverFollowed(new URL(`https://host.example/${nth}/${many}`))).toBe(false);
      leading.isNeverShown(new URL(`https://host.example/camo/${many.replaceAll("/", "&u=")}${nth}`));
    }
  });
  expect(ms).toBeLessThan(3000);
  expect(leading.isNeverFollowed(new URL(`https://host.example/${many}https:/more.example/`))).toBe(true);
  expect(leading.isNeverFollowed(new URL(`https://other.example/${many}`))).toBe(true);
});

function nested(to: string, times: number): string {
  if (times === 0) return to;
  return nested(`https://shop.example/_next/image?url=${encodeURIComponent(to)}`, times - 1);
}
