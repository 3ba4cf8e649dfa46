import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refusalOf, type AskRules } from "./asking.ts";

const rules: AskRules = {
  ports: [
    [80, 80],
    [443, 443],
    [8000, 8010],
  ],
  userAgent: "page",
  maxRequests: 3,
  maxBytes: 100,
};
const page = new URL("https://host.example/gallery?id=1");
const nothing = { requests: 0, bytes: 0 };
const asked = (url: string, more: object = {}) =>
  refusalOf({ method: "GET", url: new URL(url), userAgent: "page", isDocument: false, page, ...more }, rules, nothing);

test.each([
  page.href,
  "http://cdn.other.example/a.jpg",
  "https://host.example:8004/a.jpg",
  "http://[2001:db8::1]/",
  "https://host.example/_next/image?url=https%3A%2F%2Fcdn.other.example%2Fa.jpg",
])("%s is asked for", (url) => expect(asked(url)).toBeUndefined());

describe("is not asked for:", () => {
  test.each([
    ["what the browser wants for itself", "https://update.example/", { userAgent: "HeadlessChrome" }, "not_the_page"],
    ["what would change something", "https://host.example/like", { method: "POST" }, "method"],
    ["a question before that", "https://host.example/like", { method: "OPTIONS" }, "method"],
    ["another scheme", "ftp://host.example/a.jpg", {}, "scheme"],
    ["a name and password", "https://me:pass@host.example/a.jpg", {}, "scheme"],
    ["another port", "http://host.example:22/", {}, "port"],
    ["a search by picture", "https://tineye.com/search", {}, "never_followed"],
    ["the page's address, told to another", `https://check.example/?u=${page.href}`, {}, "never_followed"],
    [
      "a page where a picture of another would be shown",
      "https://host.example/_next/image?url=https%3A%2F%2Fcdn.other.example%2Fa.jpg",
      { isDocument: true },
      "never_followed",
    ],
    ["log-out", "https://host.example/logout", {}, "never_followed"],
  ])("%s", (_, url, more, why) => expect(asked(url, more)).toBe(why));
});

test("the page itself is asked for, whatever its address says", () => {
  const odd = new URL("https://host.example/report?u=https://other.example/");
  expect(asked(odd.href, { page: odd, isDocument: true })).toBeUndefined();
});

test("never more than a look is given", () => {
  fc.assert(
    fc.property(fc.nat(6), fc.nat(200), (requests, bytes) => {
      const asking = { method: "GET", url: page, userAgent: "page", isDocument: true, page };
      const refused = refusalOf(asking, rules, { requests, bytes });
      expect(refused).toBe(requests >= 3 || bytes >= 100 ? "too_much" : undefined);
    }),
  );
});
