import { expect, test } from "vitest";
import { isTrustworthy, refererOf, siteOf } from "./referrer.ts";

const url = (text: string) => new URL(text);

test.each([
  ["https://a.example/x?y#z", "https://a.example/other", "https://a.example/x?y"],
  ["http://a.example/x?y#z", "http://a.example/", "http://a.example/x?y"],
  ["https://a.example/x", "https://b.example/", "https://a.example/"],
  ["https://a.example/x", "https://a.example:8443/", "https://a.example/"],
  ["http://a.example/x", "https://a.example/x", "http://a.example/"],
  ["https://a.example/x", "http://a.example/", undefined],
  ["https://a.example/x", "http://b.example/", undefined],
  ["https://user:secret@a.example/x", "https://a.example/", "https://a.example/x"],
])("from %s to %s: %s", (page, to, referer) => expect(refererOf(url(page), url(to))).toBe(referer));

test.each([
  ["same-origin", ["https://a.host.example/x"]],
  ["same-site", ["https://b.host.example/"]],
  ["same-site", ["https://a.host.example:8443/"]],
  ["cross-site", ["http://a.host.example/"]],
  ["cross-site", ["https://other.example/"]],
  ["cross-site", ["https://other.example/", "https://a.host.example/"]],
])("%s: over %j", (site, over) => expect(siteOf(url("https://a.host.example/"), over.map(url))).toBe(site));

test("two people's pages at one provider of pages are not one site", () => {
  expect(siteOf(url("https://me.github.io/"), [url("https://you.github.io/")])).toBe("cross-site");
  expect(siteOf(url("https://192.0.2.1/"), [url("https://192.0.2.2/")])).toBe("cross-site");
});

test.each(["https://a.example/", "http://127.0.0.1/", "http://localhost:80/", "http://a.localhost/", "http://[::1]/"])(
  "%s is trustworthy",
  (text) => expect(isTrustworthy(url(text))).toBe(true),
);
test.each(["http://a.example/", "http://localhost.example/", "http://127.0.0.1.example/"])("%s is not", (text) =>
  expect(isTrustworthy(url(text))).toBe(false),
);
