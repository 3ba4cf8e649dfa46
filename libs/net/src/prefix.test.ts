import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseIp, widthOf, type Ip } from "./ip.ts";
import { contains, parsePrefix, prefixAround, prefixText, readPrefix, type Prefix } from "./prefix.ts";
import { PrefixMap } from "./prefix-map.ts";

const ip = (text: string): Ip => parseIp(text) ?? { family: 4, bits: 0n };
const prefix = (text: string): Prefix => parsePrefix(text) ?? { family: 4, bits: 0n, length: 0 };

// Few bits that differ, at both ends: so that addresses share prefixes.
const near = fc
  .tuple(fc.constantFrom<4 | 6>(4, 6), fc.bigInt({ min: 0n, max: 15n }), fc.bigInt({ min: 0n, max: 15n }))
  .map(([family, head, tail]): Ip => ({ family, bits: (head << BigInt(widthOf(family) - 4)) | tail }));
const anyPrefix = near.chain((around) =>
  fc.integer({ min: 0, max: widthOf(around.family) }).map((length) => prefixAround(around, length)),
);

test.each(["192.0.2.0/24", "0.0.0.0/0", "192.0.2.1/32", "2001:db8::/32", "::/0", "::1/128"])(
  "%s is a prefix",
  (text) => {
    expect(prefixText(prefix(text))).toBe(text);
  },
);

test.each([
  "192.0.2.0",
  "192.0.2.0/33",
  "192.0.2.0/08",
  "192.0.2.0/24/24",
  "192.0.2/24",
  "::/129",
  "fe80::%eth0/10",
  "host/8",
  "/8",
  "",
])("%s is no prefix", (text) => {
  expect(readPrefix(text)).toEqual({ is: "no_prefix" });
  expect(parsePrefix(text)).toBeUndefined();
});

test.each([
  ["10.0.0.5/8", "10.0.0.0/8"],
  ["2001:db8::1/32", "2001:db8::/32"],
])("%s has bits beyond its length; as a network it is %s", (text, network) => {
  expect(readPrefix(text)).toEqual({ is: "bits_beyond_length", network: prefix(network) });
  expect(parsePrefix(text)).toBeUndefined();
});

describe("contains", () => {
  test.each([
    ["192.0.2.0/24", "192.0.2.255", true],
    ["192.0.2.0/24", "192.0.3.0", false],
    ["192.0.2.128/25", "192.0.2.127", false],
    ["0.0.0.0/0", "255.255.255.255", true],
    ["2001:db8::/32", "2001:db8:ffff::1", true],
    ["2001:db8::/33", "2001:db8:8000::", false],
    ["0.0.0.0/0", "::ffff:192.0.2.1", false],
    ["::/0", "192.0.2.1", false],
  ])("%s, %s: %s", (network, address, inside) => expect(contains(prefix(network), ip(address))).toBe(inside));

  test("an address is in the prefixes around it, and in another exactly if that is one of these", () => {
    fc.assert(
      fc.property(near, anyPrefix, (address, other) => {
        const around = other.family === address.family && prefixAround(address, other.length).bits === other.bits;
        expect(contains(other, address)).toBe(around);
      }),
    );
  });
});

test("a map finds the longest prefix, as a look at every one of them does", () => {
  fc.assert(
    fc.property(
      fc.array(anyPrefix, { maxLength: 20 }),
      fc.array(anyPrefix, { maxLength: 5 }),
      near,
      (all, gone, address) => {
        const map = new PrefixMap<string>();
        for (const one of all) map.set(one, prefixText(one));
        for (const one of gone) map.delete(one);
        const left = new Set(all.map(prefixText));
        for (const one of gone) left.delete(prefixText(one));
        const inside = [...left].map(prefix).filter((one) => contains(one, address));
        const best = inside.toSorted((a, b) => b.length - a.length)[0];
        expect(map.longest(address)).toEqual(best && { prefix: best, value: prefixText(best) });
        for (const one of all) expect(map.get(one)).toBe(left.has(prefixText(one)) ? prefixText(one) : undefined);
      },
    ),
  );
});
