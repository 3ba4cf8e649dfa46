import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyOfVersion1 } from "./version-1.ts";

const key = (text: string) => keyOfVersion1(new URL(text));

describe("the published test vectors of the rules", () => {
  test.each([
    ["http://host/%25%32%35", "http://host/%25"],
    ["http://host/%25%32%35%25%32%35", "http://host/%25%25"],
    ["http://host/%2525252525252525", "http://host/%25"],
    ["http://host/asdf%25%32%35asd", "http://host/asdf%25asd"],
    ["http://host/%%%25%32%35asd%%", "http://host/%25%25%25asd%25%25"],
    ["http://www.google.com/", "http://www.google.com/"],
    [
      "http://%31%36%38%2e%31%38%38%2e%39%39%2e%32%36/%2E%73%65%63%75%72%65/%77%77%77%2E%65%62%61%79%2E%63%6F%6D/",
      "http://168.188.99.26/.secure/www.ebay.com/",
    ],
    [
      "http://195.127.0.11/uploads/%20%20%20%20/.verify/.a=b-c",
      "http://195.127.0.11/uploads/%20%20%20%20/.verify/.a=b-c",
    ],
    [
      "http://host.com/%257Ea%2521b%2540c%2523d%2524e%25f%255E00%252611%252A22%252833%252944_55%252B",
      "http://host.com/~a!b@c%23d$e%25f^00&11*22(33)44_55+",
    ],
    ["http://3279880203/blah", "http://195.127.0.11/blah"],
    ["http://www.google.com/blah/..", "http://www.google.com/"],
    ["http://www.evil.com/blah#frag", "http://www.evil.com/blah"],
    ["http://www.GOOgle.com/", "http://www.google.com/"],
    ["http://www.google.com.../", "http://www.google.com/"],
    ["http://www.google.com/foo\tbar\rbaz\n2", "http://www.google.com/foobarbaz2"],
    ["http://www.google.com/q?", "http://www.google.com/q?"],
    ["http://www.google.com/q?r?", "http://www.google.com/q?r?"],
    ["http://www.google.com/q?r?s", "http://www.google.com/q?r?s"],
    ["http://evil.com/foo#bar#baz", "http://evil.com/foo"],
    ["http://evil.com/foo;", "http://evil.com/foo;"],
    ["http://evil.com/foo?bar;", "http://evil.com/foo?bar;"],
    ["http://notrailingslash.com", "http://notrailingslash.com/"],
    ["  http://www.google.com/  ", "http://www.google.com/"],
    ["https://www.securesite.com/", "http://www.securesite.com/"],
    ["http://host.com/ab%23cd", "http://host.com/ab%23cd"],
    ["http://host.com//twoslashes?more//slashes", "http://host.com/twoslashes?more//slashes"],
  ])("%s", (given, expected) => expect(key(given)).toBe(expected));
});

describe("one key for one place", () => {
  test.each([
    ["the scheme", "http://a.example/x", "https://a.example/x"],
    ["the default port", "http://a.example:80/x", "https://a.example:443/x"],
    ["international names", "http://müller.example/", "http://xn--mller-kva.example/"],
    ["escaped dots", "http://a.example/b/%2e%2e/c", "http://a.example/c"],
    ["twice escaped dots", "http://a.example/b/%252e%252e/c", "http://a.example/c"],
    ["octal and hex hosts", "http://0303.0x7f.0.11/", "http://195.127.0.11/"],
    ["IPv4-mapped hosts", "http://[::ffff:195.127.0.11]/", "http://195.127.0.11/"],
    ["NAT64 hosts", "http://[64:ff9b::c37f:b]/", "http://195.127.0.11/"],
    ["tracking parameters", "http://a.example/x?utm_source=y&id=1&fbclid=z", "http://a.example/x?id=1"],
    ["tracking parameters alone", "http://a.example/x?utm_source=y", "http://a.example/x"],
    ["letters in escapes", "http://a.example/%c3%a9", "http://a.example/é"],
  ])("%s does not matter", (_, one, other) => expect(key(one)).toBe(key(other)));

  test.each([
    ["the order of parameters", "http://a.example/?a=1&b=2", "http://a.example/?b=2&a=1"],
    ["another port", "http://a.example/", "http://a.example:8080/"],
    ["upper case in the path", "http://a.example/A", "http://a.example/a"],
    ["an escaped question mark in the path", "http://a.example/a%3Fb", "http://a.example/a?b"],
    ["a folder", "http://a.example/a", "http://a.example/a/"],
    ["an IPv6 host", "http://[2001:db8::1]/", "http://[2001:db8::2]/"],
  ])("%s does matter", (_, one, other) => expect(key(one)).not.toBe(key(other)));
});

test("an address that unescapes without end keeps its raw key", () => {
  const deep = `http://a.example/%${"25".repeat(40)}41`;
  expect(key(deep)).toBe(deep);
});

const anyAddress = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc
    .string({ unit: fc.constantFrom("%", "2", "5", "a", "A", "f", "/", ".", "?", "#", "&", "=", "e") })
    .map((rest) => `http://a.example/${rest}`),
);

test("the key of a key is the key, and so is that of what is fetched", () => {
  fc.assert(
    fc.property(anyAddress, (given) => {
      fc.pre(URL.canParse(given) && !/%25/.test(key(given)));
      expect(key(key(given))).toBe(key(given));
      expect(key(new URL(given).href)).toBe(key(given));
    }),
  );
});
