import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cpuMs } from "@ntd/testing/cpu-ms";
import { isNeverFollowed } from "./never-follow.ts";

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
