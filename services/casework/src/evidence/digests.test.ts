import { parsePrefix, type Prefix } from "@ntd/net";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addressDigest,
  digestsOf,
  hashDigest,
  hostDigest,
  markableDigests,
  prefixDigest,
  searchedPrefix,
  type Whereabouts,
} from "./digests.ts";

const key = new Uint8Array(32).fill(3);
const fingerprints = [{ algorithm: "ALGORITHM_PDQ" as const, value: new Uint8Array(32).fill(7) }];
const known = (change: Partial<Whereabouts> = {}): Whereabouts => ({
  url: "http://a.b.host.example/x%41.png",
  resolvedIps: ["192.0.2.7"],
  fingerprints,
  ...change,
});
const prefix = (text: string): Prefix => parsePrefix(text) ?? expect.fail(`${text} is no prefix`);

test("it is found under its address however written, its host, every name above, its hashes and prefixes", () => {
  const all = digestsOf(key, known());
  expect(all).toContain(addressDigest(key, "http://a.b.host.example/xA.png"));
  expect(digestsOf(key, known({ url: "HTTP://A.b.host.example:80/x%41.png#top" }))).toEqual(all);
  for (const name of ["a.b.host.example", "b.host.example", "host.example", "example"]) {
    expect(all).toContain(hostDigest(key, name));
  }
  expect(all).toContain(hashDigest(key, fingerprints[0] ?? expect.fail()));
  expect(all).toContain(prefixDigest(key, prefix("192.0.2.0/24")));
  expect(all).not.toContain(hostDigest(key, "other.example"));
});

test("a host of many addresses is known by its first 32", () => {
  const resolvedIps = Array.from({ length: 33 }, (_, n) => `192.0.2.${n}`);
  const all = digestsOf(key, known({ resolvedIps }));
  expect(all).toContain(prefixDigest(key, prefix("192.0.2.31/32")));
  expect(all).not.toContain(prefixDigest(key, prefix("192.0.2.32/32")));
});

test("a perceptual hash is known by equality alone", () => {
  const near = { algorithm: "ALGORITHM_PDQ" as const, value: new Uint8Array(32).fill(7).fill(6, 31) };
  expect(digestsOf(key, known())).not.toContain(hashDigest(key, near));
});

test("with another key nothing is the same; without an address the rest is", () => {
  const all = digestsOf(key, known());
  expect(digestsOf(new Uint8Array(32).fill(4), known()).some((one) => all.includes(one))).toBe(false);
  const rest = digestsOf(key, known({ url: undefined }));
  expect(rest.length).toBeGreaterThan(0);
  expect(rest.every((one) => all.includes(one))).toBe(true);
});

test("an address in place of a name lies in its prefixes, IPv4 inside IPv6 too", () => {
  const at = (url: string) => markableDigests(key, known({ url, resolvedIps: [] }));
  expect(at("http://192.0.2.7/x")).toContain(prefixDigest(key, prefix("192.0.2.0/25")));
  expect(at("http://[::ffff:192.0.2.7]/x")).toContain(prefixDigest(key, prefix("192.0.2.0/25")));
  expect(at("http://[2001:db8::7]/x")).toContain(prefixDigest(key, prefix("2001:db8::/33")));
});

test("whatever prefix it lies in is markable, and found by the one that is searched", () => {
  const v4 = fc.tuple(fc.constant(4 as const), fc.bigInt(0n, 2n ** 32n - 1n), fc.integer({ min: 8, max: 32 }));
  const v6 = fc.tuple(fc.constant(6 as const), fc.bigInt(0n, 2n ** 128n - 1n), fc.integer({ min: 16, max: 128 }));
  fc.assert(
    fc.property(fc.oneof(v4, v6), ([family, bits, length]) => {
      const width = BigInt((family === 4 ? 32 : 128) - length);
      const marked = { family, bits: (bits >> width) << width, length };
      const text = family === 4 ? dotted(bits) : colons(bits);
      const at = known({ url: undefined, resolvedIps: [text], fingerprints: [] });
      expect(markableDigests(key, at)).toContain(prefixDigest(key, marked));
      expect(digestsOf(key, at)).toContain(prefixDigest(key, searchedPrefix(marked)));
    }),
  );
});

const dotted = (bits: bigint) => [24n, 16n, 8n, 0n].map((by) => (bits >> by) & 255n).join(".");
const colons = (bits: bigint) =>
  [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((by) => ((bits >> by) & 0xffffn).toString(16)).join(":");
