import { describe, expect, test } from "vitest";
import { countryFault } from "./country.ts";
import { defaultEyes, faultsInLive, readEyes } from "./read-eyes.ts";

const here = { name: "browser", network: "AS64496", country: "NL", profile: "browser", via: "direct" };
const abroad = {
  name: "abroad",
  network: "AS64511",
  country: "SE",
  profile: "browser",
  via: "socks5://exit.example:1080",
  dns: ["192.0.2.53", "2001:db8::53"],
  exit: "contracted",
  credentials_file: "/secret",
};
const secretOf = (path: string) =>
  path === "/secret" ? "me:pass:word\n" : path === "/long" ? `me:${"é".repeat(200)}` : undefined;
const read = (...eyes: object[]) => readEyes(JSON.stringify(eyes), secretOf);

test("nothing given: two eyes by the machine's own network, the one that does not name itself first", () => {
  const eyes = defaultEyes({ network: "main", country: "NL" });
  expect(eyes.map(({ name, profile, via }) => [name, profile, via.is])).toEqual([
    ["browser", "browser", "direct"],
    ["declared", "declared", "direct"],
  ]);
  expect(eyes.every(({ network, country }) => network === "main" && country === "NL")).toBe(true);
});

test("a list is read as it stands, in its order", () => {
  expect(read(here, abroad)).toEqual({
    faults: [],
    eyes: [
      { ...here, via: { is: "direct" }, exit: "owned" },
      {
        name: "abroad",
        network: "AS64511",
        country: "SE",
        profile: "browser",
        via: { is: "socks5", host: "exit.example", port: 1080, credentials: { user: "me", password: "pass:word" } },
        dns: ["192.0.2.53", "2001:db8::53"],
        exit: "contracted",
      },
    ],
  });
});

test.each([
  ["http://10.0.0.1:3128", { is: "http", host: "10.0.0.1", port: 3128 }],
  ["http://[fd00::1]:3128/", { is: "http", host: "fd00::1", port: 3128 }],
  ["socks5://127.0.0.1:9050", { is: "socks5", host: "127.0.0.1", port: 9050 }],
])("%s is a way out", (via, way) => expect(read({ ...here, via })).toMatchObject({ faults: [], eyes: [{ via: way }] }));

describe("refused, with the eye, the field and the mend", () => {
  test.each<[string, object, RegExp]>([
    ["a name in capitals", { name: "Browser" }, /eye 1 \("Browser"\): name "Browser" is not of 1 to 32 small letters/],
    ["a name too long", { name: "a".repeat(33) }, /is not of 1 to 32/],
    ["no name", { name: undefined }, /eye 1: name is missing; set it/],
    ["no network", { network: "" }, /network is missing/],
    ["no country", { country: undefined }, /country is missing/],
    ["a country that is none", { country: "XX" }, /country "XX" is no country such as NL/],
    [
      "a name server by its name",
      { dns: ["dns.example"] },
      /dns \["dns\.example"\] is no list of addresses|dns .* is no list of addresses/,
    ],
    ["no name server", { dns: [] }, /is no list of addresses of name servers/],
    ["another profile", { profile: "curl" }, /profile "curl" is none of browser, declared/],
    ["no way out", { via: undefined }, /via is missing/],
    ["another way out", { via: "https://a.example:1" }, /none of direct, http:\/\/host:port, socks5:\/\/host:port/],
    ["a way without a port", { via: "http://a.example" }, /none of direct/],
    ["a port over the last", { via: "http://a.example:65536" }, /none of direct/],
    ["a number in place of a text", { via: 1 }, /via is missing/],
    ["a home's line", { exit: "residential" }, /exit "residential" is refused: an exit is "owned" or "contracted"/],
    ["an exit of many", { exit: "shared" }, /exit "shared" is refused/],
    ["a field that is none", { proxy: "x" }, /"proxy" is no field of an eye; remove it or mend its name/],
    ["credentials for nothing", { credentials_file: "/secret" }, /via is direct; remove one/],
    ["credentials that do not fit", { ...abroad, credentials_file: "/long" }, /user:password in ASCII/],
    ["credentials that are not there", { ...abroad, credentials_file: "/none" }, /names no readable file that holds/],
  ])("%s", (_, given, fault) => {
    expect(read({ ...here, ...given }).faults).toEqual([expect.stringMatching(fault)]);
  });

  test("a password in the way out, which is not repeated", () => {
    for (const via of ["http://me:hidden@a.example:1", "http://me:hidden@a.example"]) {
      const { faults } = read({ ...here, via });
      expect(faults).toEqual([expect.stringMatching(/via holds credentials; put them in a file/)]);
      expect(faults.join()).not.toContain("hidden");
    }
  });

  test("one name twice, and nobody who asks as a browser does", () => {
    const declared = { ...here, profile: "declared" };
    expect(read(declared, declared).faults).toEqual([
      expect.stringMatching(/two eyes have the name "browser"/),
      expect.stringMatching(/no eye asks as a browser does/),
    ]);
    expect(read().faults).toEqual([expect.stringMatching(/no eye asks as a browser does/)]);
  });

  test.each(["direct", "{}", "[1]", "[null]", '"x"', ""])("%s is no list of eyes", (text) => {
    expect(readEyes(text, secretOf)).toMatchObject({ eyes: [], faults: [expect.stringMatching(/is no JSON list/)] });
  });
});

describe("LIVE", () => {
  const { eyes } = read(here, abroad);
  const [own] = eyes;

  test("takes two networks, one of them abroad", () => expect(faultsInLive(eyes, "NL")).toEqual([]));

  test("refuses one network, and one country", () => {
    expect(faultsInLive(defaultEyes({ network: "main", country: "NL" }), "NL")).toEqual([
      expect.stringMatching(/leave by one network/),
      expect.stringMatching(/every eye leaves in NL/),
    ]);
    expect(faultsInLive(read({ ...here, dns: ["192.0.2.53"] }, abroad).eyes, "SE")).toEqual([]);
    expect(faultsInLive(read(here, { ...abroad, country: "NL" }).eyes, "NL")).toHaveLength(1);
    expect(faultsInLive(read(here, { ...abroad, country: "ZZ" }).eyes, "NL")).toHaveLength(1);
  });

  test("refuses eyes abroad that look names up at home, where they may be withheld", () => {
    expect(faultsInLive(read(here, { ...abroad, dns: undefined }).eyes, "NL")).toEqual([
      expect.stringMatching(/has name servers of its own/),
    ]);
  });

  test("takes nobody's word for two networks behind one cable", () => {
    const other = { ...here, name: "other", network: "AS64511", country: "SE", dns: ["192.0.2.53"] };
    expect(faultsInLive(read(here, other).eyes, "NL")).toEqual([expect.stringMatching(/leave directly/)]);
    expect(own?.via.is).toBe("direct");
  });
});

test.each(["NL", "GB", "ZZ"])("%s is a country", (text) => expect(countryFault(text)).toBeUndefined());
test.each(["UK", "nl", "NLD", "", "XX", "N1"])("%s is none", (text) => expect(countryFault(text)).toBeDefined());
