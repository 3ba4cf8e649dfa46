import { describe, expect, test } from "vitest";
import { ipText, parseIp } from "./ip.ts";
import { parsePrefix } from "./prefix.ts";
import { isPublic, isPublicPrefix } from "./public.ts";

const is = (text: string) => {
  const ip = parseIp(text);
  if (ip === undefined) throw new Error(text);
  return isPublic(ip);
};

// The special-purpose registries of IANA, multicast, and what is not given out; whole ranges, so both ends are asked.
describe.each([
  ["this network", "0.0.0.0/8"],
  ["private", "10.0.0.0/8"],
  ["carrier-grade NAT", "100.64.0.0/10"],
  ["loopback", "127.0.0.0/8"],
  ["link-local", "169.254.0.0/16"],
  ["private", "172.16.0.0/12"],
  ["protocol assignments", "192.0.0.0/24"],
  ["documentation", "192.0.2.0/24"],
  ["AS112", "192.31.196.0/24"],
  ["automatic multicast tunnels", "192.52.193.0/24"],
  ["6to4 relays", "192.88.99.0/24"],
  ["private", "192.168.0.0/16"],
  ["AS112", "192.175.48.0/24"],
  ["benchmarks", "198.18.0.0/15"],
  ["documentation", "198.51.100.0/24"],
  ["documentation", "203.0.113.0/24"],
  ["multicast", "224.0.0.0/4"],
  ["reserved and broadcast", "240.0.0.0/4"],
  ["a cloud's platform address", "168.63.129.16/32"],
  ["unspecified", "::/128"],
  ["loopback", "::1/128"],
  ["v4-compatible", "::/96"],
  ["v4-mapped", "::ffff:0:0/96"],
  ["v4-translated", "::ffff:0:0:0/96"],
  ["NAT64", "64:ff9b::/96"],
  ["local NAT64", "64:ff9b:1::/48"],
  ["discard", "100::/64"],
  ["dummy", "100:0:0:1::/64"],
  ["protocol assignments, Teredo, ORCHID, benchmarks", "2001::/23"],
  ["documentation", "2001:db8::/32"],
  ["6to4", "2002::/16"],
  ["AS112", "2620:4f:8000::/48"],
  ["documentation", "3fff::/20"],
  ["segment routing", "5f00::/16"],
  ["unique local", "fc00::/7"],
  ["link-local", "fe80::/10"],
  ["site-local", "fec0::/10"],
  ["multicast", "ff00::/8"],
  ["not given out", "4000::/2"],
  ["not given out", "8000::/1"],
])("%s, %s", (_, text) => {
  const prefix = parsePrefix(text) ?? { family: 4 as const, bits: 0n, length: 0 };
  const last = prefix.bits | (2n ** BigInt((prefix.family === 4 ? 32 : 128) - prefix.length) - 1n);
  test.each([prefix.bits, (prefix.bits + last) / 2n, last].map((bits) => ipText({ family: prefix.family, bits })))(
    "%s is refused",
    (ip) => expect(is(ip)).toBe(false),
  );
});

test.each([
  ["instance metadata", "169.254.169.254"],
  ["a cloud's metadata in carrier-grade NAT", "100.100.100.200"],
  ["another cloud's", "192.0.0.192"],
  ["another cloud's, IPv6", "fd00:ec2::254"],
  ["a public IPv4 address, mapped", "::ffff:8.8.8.8"],
  ["a public IPv4 address behind NAT64", "64:ff9b::808:808"],
  ["a public IPv4 address behind 6to4", "2002:808:808::1"],
])("%s, %s, is refused", (_, ip) => expect(is(ip)).toBe(false));

test.each([
  "1.0.0.1",
  "8.8.8.8",
  "100.63.255.255",
  "100.128.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "195.127.0.11",
  "223.255.255.255",
  "2001:200::1",
  "2606:4700::1111",
  "2a00:1450:4001::5",
])("%s is public", (ip) => expect(is(ip)).toBe(true));

test.each([
  ["8.8.8.0/24", true],
  ["2606:4700::/32", true],
  ["10.0.0.0/8", false],
  ["10.0.0.0/7", false],
  ["127.0.0.1/32", false],
  ["fd00::/20", false],
])("the network %s is public: %s", (text, is) => {
  const prefix = parsePrefix(text);
  expect(prefix !== undefined && isPublicPrefix(prefix)).toBe(is);
});
