import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyOf } from "./key.ts";

const key = (text: string) => keyOf(new URL(text));

describe("one target", () => {
  test.each([
    ["the default port", "http://a.example:80/x", "http://a.example/x"],
    ["the default port of https", "https://a.example:443/x", "https://a.example/x"],
    ["capitals of scheme and host", "HTTP://A.Example/x", "http://a.example/x"],
    ["international names", "http://müller.example/", "http://xn--mller-kva.example/"],
    ["an international name in NFD", "http://mu\u0308ller.example/", "http://xn--mller-kva.example/"],
    ["octal and hex hosts", "http://0303.0x7f.0.11/", "http://195.127.0.11/"],
    ["dots", "http://a.example/b/../c/./d", "http://a.example/c/d"],
    ["escaped dots", "http://a.example/b/%2e%2E/c", "http://a.example/c"],
    ["escapes of unreserved characters", "http://a.example/%7Ea%2Dz%30?%41=%62", "http://a.example/~a-z0?A=b"],
    ["capitals in escapes", "http://a.example/%c3%a9%2fx?%e2=%26", "http://a.example/%C3%A9%2Fx?%E2=%26"],
    ["letters that browsers escape", "http://a.example/é", "http://a.example/%C3%A9"],
    ["backslashes", "http:\\\\a.example\\x", "http://a.example/x"],
    ["line ends within", "http://a.example/fo\no", "http://a.example/foo"],
    ["tracking parameters", "http://a.example/x?utm_source=y&id=1&fbclid=z", "http://a.example/x?id=1"],
    ["tracking parameters alone", "http://a.example/x?utm_source=y", "http://a.example/x"],
    ["tracking parameters with escapes", "http://a.example/x?%75tm%5Fsource=%&id=%41", "http://a.example/x?id=A"],
    ["an empty fragment", "http://a.example/x#", "http://a.example/x"],
    ["an anchor", "http://a.example/x#top", "http://a.example/x"],
    ["an anchor of several words", "http://a.example/x#section-2", "http://a.example/x#mainContent"],
    ["the anchor of a footnote", "http://a.example/x#_ftn1", "http://a.example/x#cite_note-Smith.2024-3"],
    ["a text fragment", "http://a.example/x#:~:text=a%20b,c", "http://a.example/x"],
    ["an anchor with a text fragment", "http://a.example/x#top:~:text=a&text=b", "http://a.example/x"],
    ["a text fragment behind what counts", "http://a.example/#/album/1:~:text=a", "http://a.example/#/album/1"],
  ])("%s", (_, one, other) => expect(key(one)).toBe(key(other)));
});

describe("two targets", () => {
  test.each([
    ["an escaped slash", "/o/a%2Fb.jpg", "/o/a/b.jpg"],
    ["an escaped backslash", "/o/a%5Cb.jpg", "/o/a/b.jpg"],
    ["two slashes", "//x.jpg", "/x.jpg"],
    ["two slashes within", "/a//x.jpg", "/a/x.jpg"],
    ["a twice escaped ampersand", "?f=a%2526b", "?f=a%26b"],
    ["an escaped ampersand", "?f=a%26b", "?f=a&b"],
    ["twice escaped letters", "/%2541", "/A"],
    ["twice escaped dots", "/b/%252e%252e/c", "/c"],
    ["an escape that undoing would make", "/%%34%31", "/%41"],
    ["an escape that undoing would make of a half", "/%4%31", "/%41"],
    ["an escaped question mark", "/a%3Fb", "/a?b"],
    ["an escaped hash", "/a%23b", "/a#b"],
    ["an escaped plus", "/?q=a%2Bb", "/?q=a+b"],
    ["a space as plus and as escape", "/?q=a%20b", "/?q=a+b"],
    ["an escaped letter that browsers leave", "/a%7Cb", "/a|b"],
    ["a letter composed and decomposed", "/%C3%A9", "/e%CC%81"],
    ["capitals in the path", "/A", "/a"],
    ["a folder", "/a", "/a/"],
    ["an empty query", "/q?", "/q"],
    ["the order of parameters", "/?a=1&b=2", "/?b=2&a=1"],
    ["a parameter twice", "/?a=1&a=1", "/?a=1"],
    ["a tracking name within another parameter", "/?a=1%26utm_source=x", "/?a=1"],
    ["a tracking name behind a semicolon", "/?a=1;utm_source=x", "/?a=1"],
    ["a name that begins like a tracking one", "/?fbclidx=1", "/"],
    ["the key of a file behind an old mega link", "/#!A!key", "/#!B!key"],
    ["the key of a file behind a mega link", "/file/A#3kT9vQ_xYz-a81Lm0pRw", "/file/A#9kT9vQ_xYz-a81Lm0pRw"],
    ["a key of letters alone", "/file/A#kTvQxYzaLmpRwBnMcDsE", "/file/A#kTvQxYzaLmpRwBnMcDsF"],
    ["a page of a program in the page", "/#/album/1", "/#/album/2"],
    ["a page of such a program with a bang", "/#!album1", "/#!album2"],
    ["a parameter in the fragment", "/#id=1", "/#id=2"],
    ["more of them", "/#id=1&x", "/#id=1&y"],
    ["a query in the fragment", "/#top?x", "/#top"],
    ["a picture by its number", "/#1", "/#2"],
  ])("%s", (_, one, other) => expect(key(`http://a.example${one}`)).not.toBe(key(`http://a.example${other}`)));

  test.each([
    ["http and https", "http://a.example/x", "https://a.example/x"],
    ["http and https on one port", "http://a.example:8443/", "https://a.example:8443/"],
    ["the other's default port", "http://a.example:443/", "https://a.example/"],
    ["another port", "http://a.example/", "http://a.example:8080/"],
    ["www", "http://www.a.example/", "http://a.example/"],
    ["a dot behind the host", "http://a.example./", "http://a.example/"],
    ["an address of IPv4 within IPv6", "http://[::ffff:195.127.0.11]/", "http://195.127.0.11/"],
  ])("%s", (_, one, other) => expect(key(one)).not.toBe(key(other)));
});

const pieces = [
  "%",
  "2",
  "5",
  "F",
  "4",
  "1",
  "a",
  "/",
  "//",
  ".",
  "?",
  "#",
  "&",
  "=",
  "!",
  ":~:text=",
  "utm_source=",
  ";",
];
const anyAddress = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc
    .tuple(
      fc.constantFrom("http", "https"),
      fc.constantFrom("a.example", "a.example:80", "a.example:443", "A.example.", "[::1]"),
      fc.string({ unit: fc.oneof(fc.constantFrom(...pieces, "%41", "%2f", "%2F", "%25", "%26", "é")), maxLength: 6 }),
    )
    .map(([scheme, host, rest]) => `${scheme}://${host}/${rest}`),
);
const pick = <T>(all: readonly T[], at: number) => all[at % all.length] as T;
const escape = (c: string) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`;
// What people and programs do to an address on its way; some of it changes what it names, some does not.
const changes: readonly ((text: string, at: number) => string)[] = [
  (text, at) => text.replace(pick(Array.from(text), at), escape),
  (text, at) => text.replaceAll(pick(Array.from(text), at), (c) => escape(c).toUpperCase()),
  (text) => text.replaceAll(/%[0-9a-f]{2}/gi, (c) => c.toUpperCase()),
  (text) => text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  (text) => text.replace(/^http:/, "https:"),
  (text) => text.replaceAll("%25", "%"),
  (text) => text.replaceAll(/(?<!:)\/\/+/g, "/"),
  (text) => text.replaceAll("#", "?"),
  (text) => text.replace(/\?|$/, "?utm_source=x&"),
  (text) => text.replace(/(?=#)|$/, "&fbclid=x"),
  (text) => `${text}#top`,
  (text) => text.replace("a.example", "a.example:80"),
];
const changed = fc
  .tuple(anyAddress, fc.array(fc.tuple(fc.nat(changes.length - 1), fc.nat(60)), { maxLength: 3 }))
  .map(([given, ways]) => [given, ways.reduce((text, [way, at]) => pick(changes, way)(text, at), given)] as const);

/** What a server is sent, in the smallest units that RFC 3986 knows, without known tracking parameters. */
function request(text: string): string[] {
  const { protocol, host, pathname, href } = new URL(text);
  const asked = /\?[^#]*/.exec(href.replace(/#.*/s, ""))?.[0] ?? "";
  const units = (part: string) =>
    (part.match(/%[0-9a-f]{2}|[\s\S]/gi) ?? []).map((unit) => {
      const octet = unit.length === 3 ? Number.parseInt(unit.slice(1), 16) : undefined;
      if (octet === undefined) return unit;
      return /^[\w.~-]$/.test(String.fromCharCode(octet)) ? String.fromCharCode(octet) : `%${octet}`;
    });
  const tracked = /^(utm_[a-z]+|fbclid)(=|$)/i;
  const parameters = asked.slice(1).split("&").map(units);
  const kept = parameters.filter((parameter) => !tracked.test(parameter.join("")));
  return [protocol, host, ...units(pathname), ...(kept.length === 0 || asked === "" ? [] : ["?", kept.join("&")])];
}

test("two addresses of one key are one request to the server, up to tracking parameters", () => {
  let same = 0;
  fc.assert(
    fc.property(changed, ([one, other]) => {
      fc.pre(URL.canParse(one) && URL.canParse(other) && key(one) === key(other));
      same += Number(one !== other);
      expect(request(other)).toEqual(request(one));
    }),
    { numRuns: runs(2000) },
  );
  expect(same).toBeGreaterThan(runs(200));
});

test("the key of a key is the key, unless a percent sign stands in it by itself", () => {
  fc.assert(
    fc.property(anyAddress, (given) => {
      fc.pre(URL.canParse(given) && !/%(?![0-9a-f]{2})/i.test(given));
      expect(key(key(given))).toBe(key(given));
    }),
  );
});
