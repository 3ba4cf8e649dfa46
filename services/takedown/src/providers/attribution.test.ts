import { BlockList, isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Places, type Place } from "./attribution.ts";

const all = [
  { providerId: "isp-a", domains: ["host.example"], prefixes: ["192.0.2.0/24", "2001:db8::/32"] },
  { providerId: "isp-b", domains: ["pictures.host.example", "xn--bcher-kva.example"], prefixes: ["192.0.2.128/25"] },
  { providerId: "cdn", domains: ["cdn.example"], prefixes: [] },
  { providerId: "platform", domains: ["cdn.example"], prefixes: ["198.51.100.0/24"] },
];
const placesOf = (list: readonly Place[]) => {
  const places = new Places();
  for (const place of list) places.add(place);
  return places;
};
const places = placesOf(all);
const of = (url: string, ip = "") => places.of(url, ip);

describe("attribution", () => {
  test.each([
    ["a domain", "https://host.example/a", "", ["isp-a"]],
    ["a sub-domain", "https://x.y.host.example/a", "", ["isp-a"]],
    ["the longest domain", "http://1.pictures.host.example:8080/a", "", ["isp-b"]],
    ["a domain over a prefix", "https://host.example/", "192.0.2.200", ["isp-a"]],
    ["capitals and a final dot", "https://HOST.Example./", "", ["isp-a"]],
    ["an international name", "https://bücher.example/", "", ["isp-b"]],
    ["all that share the very domain, in order", "https://cdn.example/", "", ["cdn", "platform"]],
    ["the longest prefix", "https://other.example/", "192.0.2.200", ["isp-b"]],
    ["a shorter prefix", "https://other.example/", "192.0.2.5", ["isp-a"]],
    ["IPv6", "https://other.example/", "2001:db8::7", ["isp-a"]],
    ["IPv4 written as IPv6", "https://other.example/", "::ffff:192.0.2.5", ["isp-a"]],
    ["an IP as host", "http://198.51.100.9/", "", ["platform"]],
    ["an IPv6 as host", "http://[2001:db8::1]/", "", ["isp-a"]],
  ])("finds %s", (_, url, ip, expected) => {
    expect(of(url, ip)).toEqual(expected);
  });

  test.each([
    ["another host that only ends alike", "https://nothost.example/", ""],
    ["an unknown host and IP", "https://other.example/", "203.0.113.1"],
    ["an unknown host without an IP", "https://other.example/", ""],
    ["no address", "nonsense", ""],
  ])("finds nobody for %s", (_, url, ip) => {
    expect(of(url, ip)).toEqual([]);
  });
});

describe("a country", () => {
  const abroad = placesOf([
    ...all,
    { providerId: "hotline-nl", domains: ["nl.example"], prefixes: [], countries: ["NL"] },
  ]);

  test.each([
    ["finds its hotline where nobody else is found", "https://other.example/", "203.0.113.1", "NL", ["hotline-nl"]],
    ["counts less than a domain", "https://host.example/", "203.0.113.1", "NL", ["isp-a"]],
    ["counts less than a prefix", "https://other.example/", "192.0.2.5", "NL", ["isp-a"]],
    ["of no hotline finds nobody", "https://other.example/", "203.0.113.1", "DE", []],
    ["that is not known finds nobody", "https://other.example/", "203.0.113.1", "", []],
  ])("%s", (_, url, ip, country, expected) => {
    expect(abroad.of(url, ip, country)).toEqual(expected);
  });

  test("is nobody's once its hotline gave it up", () => {
    const places = placesOf([{ providerId: "hotline-nl", domains: [], prefixes: [], countries: ["NL"] }]);
    places.remove({ providerId: "hotline-nl", domains: [], prefixes: [], countries: ["NL"] });
    expect(places.of("https://other.example/", "", "NL")).toEqual([]);
  });
});

/** The same by a look at every provider. */
function naive(url: string, resolvedIp: string, list: readonly Place[]): string[] {
  const host = new URL(url).hostname;
  const byDomain = longest(list, ({ domains }) =>
    domains.filter((d) => host === d || host.endsWith(`.${d}`)).map((d) => d.length),
  );
  const ip = resolvedIp === "" ? host.replaceAll(/[[\]]/g, "") : resolvedIp;
  return byDomain.length > 0
    ? byDomain
    : longest(list, ({ prefixes }) => prefixes.filter((p) => contains(p, ip)).map((p) => Number(p.split("/")[1])));
}

function longest(list: readonly Place[], lengthsOf: (place: Place) => number[]): string[] {
  const measured = list.map((place) => ({ id: place.providerId, length: Math.max(0, ...lengthsOf(place)) }));
  const best = Math.max(0, ...measured.map((m) => m.length));
  const ids = measured.filter((m) => best > 0 && m.length === best).map((m) => m.id);
  return [...new Set(ids)].toSorted();
}

function contains(prefix: string, ip: string): boolean {
  const [network = "", length] = prefix.split("/");
  if (isIP(ip) === 0 || isIP(ip) !== isIP(network)) return false;
  const name = isIP(ip) === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, Number(length), name);
  return list.check(ip, name);
}

describe("with many providers", () => {
  // Few labels and few bits: so that hosts lie in several domains, and addresses in several prefixes.
  const label = fc.constantFrom("a", "b", "aa");
  const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => `${labels.join(".")}.example`);
  const ip4 = fc.tuple(fc.constantFrom(0, 128, 192), fc.constantFrom(0, 1, 255)).map(([a, b]) => `10.${a}.0.${b}`);
  const ip6 = fc
    .tuple(fc.constantFrom("0", "8000", "c000"), fc.constantFrom("1", "ff"))
    .map(([a, b]) => `2001:${a}::${b}`);
  const around = (ip: fc.Arbitrary<string>, max: number) =>
    fc.tuple(ip, fc.integer({ min: 1, max })).map(([address, length]) => `${address}/${length}`);
  const prefix = fc.oneof(around(ip4, 32), around(ip6, 128));
  const place: fc.Arbitrary<Place> = fc.record({
    providerId: fc.constantFrom("p", "q", "r", "s", "t"),
    domains: fc.array(domain, { maxLength: 4 }),
    prefixes: fc.array(prefix, { maxLength: 4 }),
  });
  const list = fc.uniqueArray(place, { selector: (p) => p.providerId });
  const host = fc.oneof(
    domain,
    ip4,
    ip6.map((ip) => `[${ip}]`),
  );

  test("an address finds those that a look at every one finds, also after some were replaced or went", () => {
    fc.assert(
      fc.property(list, list, host, fc.oneof(fc.constant(""), ip4, ip6), (before, after, at, ip) => {
        const kept = placesOf(before);
        for (const place of before) kept.remove(place);
        expect(kept.of(`https://${at}/`, ip)).toEqual([]);
        for (const place of before) kept.add(place);
        for (const place of after) {
          const old = before.find((p) => p.providerId === place.providerId);
          if (old !== undefined) kept.remove(old);
          kept.add(place);
        }
        const now = new Map([...before, ...after].map((p) => [p.providerId, p]));
        expect(kept.of(`https://${at}/`, ip)).toEqual(naive(`https://${at}/`, ip, [...now.values()]));
      }),
    );
  });
});
