import fc from "fast-check";
import { expect, test } from "vitest";
import { ipText, parseIp } from "./ip.ts";
import { RangeCountries } from "./range-countries.ts";

const v4 = "1.0.0.0,1.0.0.255,AU\n1.0.1.0,1.0.3.255,CN\n223.255.255.0,255.255.255.255,XP\n";
const v6 = '"2001:200::","2001:200:ffff:ffff:ffff:ffff:ffff:ffff","JP"\r\n2a00::,2a00::ffff:ffff:ffff:ffff,NL\r\n';
const countries = new RangeCountries({ v4, v6 });
const of = (text: string) => {
  const ip = parseIp(text);
  return ip && countries.of(ip);
};

test.each([
  ["0.255.255.255", undefined],
  ["1.0.0.0", "AU"],
  ["1.0.0.255", "AU"],
  ["1.0.1.0", "CN"],
  ["1.0.4.0", undefined],
  ["255.255.255.255", "XP"],
  ["2001:1ff:ffff::", undefined],
  ["2001:200::1", "JP"],
  ["2001:200:ffff:ffff:1::", "JP"],
  ["2001:201::", undefined],
  ["2a00::1", "NL"],
  ["2a00:0:0:1::", undefined],
])("%s is registered in %s", (ip, country) => {
  expect(of(ip)).toBe(country);
});

test("nothing is known where nothing is told", () => {
  const none = new RangeCountries({});
  expect([none.size, none.of({ family: 4, bits: 1n }), none.of({ family: 6, bits: 1n })]).toEqual([
    0,
    undefined,
    undefined,
  ]);
});

test("every address is found in the range that it lies in, and no other", () => {
  const bounds = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 2, maxLength: 40 });
  const text = (bits: number) => ipText({ family: 4, bits: BigInt(bits) });
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  fc.assert(
    fc.property(bounds, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (ends, address) => {
      const sorted = ends.toSorted((a, b) => a - b);
      const ranges = sorted.flatMap((first, i) => {
        const last = sorted[i + 1];
        return i % 2 === 1 || last === undefined ? [] : [{ first, last, country: `A${letters[i / 2]}` }];
      });
      const rows = ranges.map(({ first, last, country }) => `${text(first)},${text(last)},${country}`).join("\n");
      const expected = ranges.find(({ first, last }) => first <= address && address <= last)?.country;
      expect(new RangeCountries({ v4: rows }).of({ family: 4, bits: BigInt(address) })).toBe(expected);
    }),
  );
});

test.each([
  ["1.0.0.0,1.0.0.255", "row 1 is none"],
  ["1.0.0.0,1.0.0.256,AU", "row 1 is none"],
  ["1.0.0.9,1.0.0.0,AU", "row 1 is none"],
  ["1.0.0.0,1.0.0.255,Au", "row 1 is none"],
  ["2001::,2001::ffff,AU", "row 1 is none"],
  ["1.0.0.0,1.0.0.255,AU\n\n1.0.1.0,1.0.1.255,AU", "row 2 is none"],
  ["1.0.1.0,1.0.1.255,AU\n1.0.0.0,1.0.0.255,AU", "row 2 is out of order"],
  ["1.0.0.0,1.0.0.255,AU\n1.0.0.255,1.0.1.255,AU", "row 2 is out of order"],
])("%j is refused by its row", (text, message) => {
  expect(() => new RangeCountries({ v4: text })).toThrow(message);
});

test.each(["2001:::,2001::,AU", "1:2:3,1:2:4,AU", "1::2::3,1::2::4,AU", "1.0.0.0,1.0.0.1,AU"])(
  "%j is no row of IPv6",
  (text) => {
    expect(() => new RangeCountries({ v6: text })).toThrow("row 1 is none");
  },
);
