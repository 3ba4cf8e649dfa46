import { describe, expect, test } from "vitest";
import { attribute } from "./attribution.ts";
import { contains, prefixFault } from "./prefix.ts";

const places = [
  { providerId: "isp-a", domains: ["host.example"], prefixes: ["192.0.2.0/24", "2001:db8::/32"] },
  { providerId: "isp-b", domains: ["pictures.host.example", "xn--bcher-kva.example"], prefixes: ["192.0.2.128/25"] },
  { providerId: "cdn", domains: ["cdn.example"], prefixes: [] },
  { providerId: "platform", domains: ["cdn.example"], prefixes: ["198.51.100.0/24"] },
];
const of = (url: string, ip = "") => attribute(url, ip, places, contains);

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

test.each(["192.0.2.0/24", "2001:db8::/32", "10.0.0.1/32", "::1/128", "::ffff:0:0/96", "128.0.0.0/1"])(
  "%s is a prefix",
  (text) => {
    expect(prefixFault(text)).toBeUndefined();
  },
);

test.each(["192.0.2.0", "192.0.2.0/33", "0.0.0.0/0", "::/129", "a/8", "10.0.0.0/8/8", "10.0.0.0/-1", "fe80::%1/64"])(
  "%s is no prefix",
  (text) => {
    expect(prefixFault(text)).toContain("is no CIDR prefix");
  },
);

test.each([
  ["10.0.0.5/8", "10.0.0.0/8"],
  ["255.255.255.255/31", "255.255.255.254/31"],
  ["2001:db8::1/32", "2001:db8::/32"],
  ["1:2:3:4:5:6:7:8/112", "1:2:3:4:5:6:7:0/112"],
  ["::ffff:192.0.2.5/120", "::ffff:c000:200/120"],
])("%s has bits beyond its length: %s is meant", (text, meant) => {
  expect(prefixFault(text)).toBe(`has bits beyond its length; write ${meant}`);
  expect(prefixFault(meant)).toBeUndefined();
});
