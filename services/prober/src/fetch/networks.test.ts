import { describe, expect, test } from "vitest";
import { parseNetwork, publicOrIn, type Network } from "./networks.ts";

const network = (text: string): Network => {
  const parsed = parseNetwork(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

describe("refused", () => {
  test.each([
    ["loopback", "127.0.0.1"],
    ["all of loopback", "127.255.255.254"],
    ["this host", "0.0.0.0"],
    ["this network", "0.1.2.3"],
    ["private 10/8", "10.0.0.1"],
    ["private 172.16/12", "172.31.255.255"],
    ["private 192.168/16", "192.168.1.1"],
    ["link-local", "169.254.0.1"],
    ["instance metadata", "169.254.169.254"],
    ["carrier-grade NAT", "100.64.0.1"],
    ["a cloud's metadata in carrier-grade NAT", "100.100.100.200"],
    ["a cloud's platform address", "168.63.129.16"],
    ["protocol assignments", "192.0.0.192"],
    ["documentation", "203.0.113.1"],
    ["benchmarking", "198.18.0.1"],
    ["6to4 relays", "192.88.99.1"],
    ["multicast", "224.0.0.1"],
    ["reserved", "240.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["IPv6 loopback", "::1"],
    ["IPv6 unspecified", "::"],
    ["IPv6 link-local", "fe80::1"],
    ["IPv6 link-local with a zone", "fe80::1%eth0"],
    ["IPv6 site-local", "fec0::1"],
    ["unique local", "fd00:ec2::254"],
    ["IPv6 multicast", "ff02::1"],
    ["v4-mapped loopback", "::ffff:127.0.0.1"],
    ["v4-mapped loopback in hex", "::ffff:7f00:1"],
    ["v4-mapped public", "::ffff:8.8.8.8"],
    ["v4-compatible loopback", "::127.0.0.1"],
    ["NAT64 loopback", "64:ff9b::127.0.0.1"],
    ["NAT64 public", "64:ff9b::808:808"],
    ["local NAT64", "64:ff9b:1::7f00:1"],
    ["6to4 loopback", "2002:7f00:1::1"],
    ["Teredo", "2001:0:7f00:1::1"],
    ["IPv6 documentation", "2001:db8::1"],
    ["IPv6 documentation, new", "3fff::1"],
    ["discard", "100::1"],
    ["segment routing", "5f00::1"],
    ["not yet given out", "4000::1"],
    ["no address", "localhost"],
    ["an address of too many parts", "1.2.3.4.5"],
    ["nothing", ""],
  ])("%s: %s", (_, ip) => expect(publicOrIn([])(ip)).toBe(false));
});

test.each(["8.8.8.8", "195.127.0.11", "2606:4700::1111", "2a00:1450:4001::5"])("public %s is allowed", (ip) =>
  expect(publicOrIn([])(ip)).toBe(true),
);

test("an exception lets in its network and nothing else", () => {
  const allowed = publicOrIn([network("127.0.0.0/8"), network("fd00::/64")]);
  expect(allowed("127.0.0.1")).toBe(true);
  expect(allowed("fd00::5")).toBe(true);
  expect(allowed("10.0.0.1")).toBe(false);
  expect(allowed("::ffff:127.0.0.1")).toBe(false);
  expect(allowed("64:ff9b::127.0.0.1")).toBe(false);
  expect(allowed("fd01::5")).toBe(false);
});

test.each(["127.0.0.1", "127.0.0.0/33", "localhost/8", ""])("%s is no network", (text) =>
  expect(parseNetwork(text)).toBeUndefined(),
);
