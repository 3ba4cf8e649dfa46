import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brandsOf, headerLines, languagesOf, type Asking, type Led } from "./profile.ts";

const who = { userAgent: "ntd-prober/1", contact: "", browserVersion: 138 };
const browser = { profile: "browser", country: "US" } as const;
const declared = { profile: "declared", country: "US" } as const;
const asking = (url: string, given: Partial<Asking> = {}): Asking => ({ url: new URL(url), cookie: "", ...given });
const shown = (page: string, ...over: string[]): Led => ({
  page: new URL(page),
  does: "shows",
  over: over.map((one) => new URL(one)),
});
const textOf = (lines: readonly (readonly [string, string])[]) => lines.map((line) => line.join(": ")).join("\n");

describe("a browser eye asks as Chrome on Windows does", () => {
  test("for an address that was typed", () => {
    expect(textOf(headerLines(browser, who, asking("https://a.example:8443/x", { cookie: "a=b" })))).toBe(
      `Host: a.example:8443
Connection: keep-alive
sec-ch-ua: "Not)A;Brand";v="8", "Chromium";v="138", "Google Chrome";v="138"
sec-ch-ua-mobile: ?0
sec-ch-ua-platform: "Windows"
Upgrade-Insecure-Requests: 1
User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7
Sec-Fetch-Site: none
Sec-Fetch-Mode: navigate
Sec-Fetch-User: ?1
Sec-Fetch-Dest: document
Accept-Encoding: gzip, deflate, br, zstd
Accept-Language: en-US,en;q=0.9
Cookie: a=b`,
    );
  });

  test("without TLS: no hints, no context, and the old codings alone", () => {
    const lines = headerLines(browser, who, asking("http://a.example/"));
    expect(lines.map(([name]) => name)).toEqual([
      "Host",
      "Connection",
      "Upgrade-Insecure-Requests",
      "User-Agent",
      "Accept",
      "Accept-Encoding",
      "Accept-Language",
    ]);
    expect(lines).toContainEqual(["Accept-Encoding", "gzip, deflate"]);
  });

  test("for a picture on a page", () => {
    const from = shown("https://a.example/", "https://a.example/x.jpg");
    expect(headerLines(browser, who, asking("https://a.example/x.jpg", { from })).map(([name]) => name)).toEqual([
      "Host",
      "Connection",
      "sec-ch-ua-platform",
      "User-Agent",
      "sec-ch-ua",
      "sec-ch-ua-mobile",
      "Accept",
      "Sec-Fetch-Site",
      "Sec-Fetch-Mode",
      "Sec-Fetch-Dest",
      "Referer",
      "Accept-Encoding",
      "Accept-Language",
    ]);
    const lines = new Map(headerLines(browser, who, asking("https://a.example/x.jpg", { from })));
    expect(lines.get("Sec-Fetch-Site")).toBe("same-origin");
    expect(lines.get("Sec-Fetch-Dest")).toBe("image");
    expect(lines.get("Referer")).toBe("https://a.example/");
    expect(lines.get("Accept")).toMatch(/^image\/avif/);
  });

  test("for a part of a body: unpacked", () => {
    const lines = headerLines(browser, who, asking("https://a.example/", { range: "bytes=0-1" }));
    expect(lines.at(-1)).toEqual(["Range", "bytes=0-1"]);
    expect(lines).toContainEqual(["Accept-Encoding", "identity"]);
  });
});

test("a site that was left and come back to is said, and a Referer that would betray TLS is not", () => {
  const over = ["https://a.example/x", "https://b.example/", "https://a.example/y"];
  const back = new Map(
    headerLines(browser, who, asking(over[2] ?? "", { from: shown("https://a.example/", ...over) })),
  );
  expect([back.get("Sec-Fetch-Site"), back.get("Referer")]).toEqual(["cross-site", "https://a.example/"]);
  const from = shown("https://a.example/", "https://a.example/", "http://a.example/");
  expect(new Map(headerLines(browser, who, asking("http://a.example/", { from }))).has("Referer")).toBe(false);
});

describe("a declared eye says who it is", () => {
  const lines = (contact: string) => textOf(headerLines(declared, { ...who, contact }, asking("https://a.example/x")));

  test("and how it is reached", () => {
    expect(lines("")).toBe(
      "Host: a.example\nConnection: close\nUser-Agent: ntd-prober/1\nAccept: */*\nAccept-Encoding: gzip, deflate, br, zstd",
    );
    expect(lines("abuse@hotline.example")).toMatch(
      /^User-Agent: ntd-prober\/1 \(\+mailto:abuse@hotline.example\)\nFrom: abuse@hotline.example$/m,
    );
    expect(lines("https://hotline.example/@us")).toMatch(
      /^User-Agent: ntd-prober\/1 \(\+https:\/\/hotline.example\/@us\)\nAccept/m,
    );
  });
});

test.each([
  [120, '"Not_A Brand";v="8", "Chromium";v="120", "Google Chrome";v="120"'],
  [124, '"Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99"'],
  [131, '"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"'],
  [138, '"Not)A;Brand";v="8", "Chromium";v="138", "Google Chrome";v="138"'],
])("Chrome %i as it was seen in the field", (version, brands) => expect(brandsOf(version)).toBe(brands));

test.each([
  ["US", "en-US,en;q=0.9"],
  ["GB", "en-GB,en-US;q=0.9,en;q=0.8"],
  ["DE", "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7"],
  ["SE", "sv-SE,sv;q=0.9,en-US;q=0.8,en;q=0.7"],
  ["ZZ", "en-US,en;q=0.9"],
])("the language of %s", (country, languages) => expect(languagesOf(country)).toBe(languages));

test("whatever is asked, no name comes twice and the host comes first", () => {
  const profile = fc.constantFrom("browser" as const, "declared" as const);
  const url = fc.webUrl();
  fc.assert(
    fc.property(profile, url, url, fc.boolean(), (as, page, to, isLed) => {
      const from = isLed ? { from: shown(page, to) } : {};
      const lines = headerLines({ profile: as, country: "NL" }, who, asking(to, { cookie: "a=b", ...from }));
      const names = lines.map(([name]) => name.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
      expect(lines[0]).toEqual(["Host", new URL(to).host]);
    }),
  );
});
