import { describe, expect, test } from "vitest";
import type { Prefix } from "@ntd/net";
import { parseNetwork, publicOrIn } from "./networks.ts";

const network = (text: string): Prefix => {
  const parsed = parseNetwork(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

describe("refused", () => {
  test.each([
    ["loopback", "127.0.0.1"],
    ["instance metadata", "169.254.169.254"],
    ["private", "10.0.0.1"],
    ["IPv6 loopback", "::1"],
    ["IPv6 link-local with a zone", "fe80::1%eth0"],
    ["v4-mapped public", "::ffff:8.8.8.8"],
    ["NAT64 public", "64:ff9b::808:808"],
    ["6to4 loopback", "2002:7f00:1::1"],
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

test("a network is meant as a whole, wherever in it its address lies", () => {
  expect(publicOrIn([network("127.0.0.5/8")])("127.0.0.1")).toBe(true);
});

test.each(["127.0.0.1", "127.0.0.0/33", "localhost/8", ""])("%s is no network", (text) =>
  expect(parseNetwork(text)).toBeUndefined(),
);
