import fc from "fast-check";
import { expect, test } from "vitest";
import { isSameOpening, lengthByRange, openingOf, type Opening } from "./opening.ts";

const bytes = new Uint8Array([1, 2, 3]);
const of = (headers: Record<string, string>, length?: number) =>
  openingOf(bytes, length, new Map(Object.entries(headers).map(([name, value]) => [name, [value]])));

test("what a host says of the whole is kept, a tag without its marks", () => {
  expect(of({ etag: 'W/"a-gzip"', "last-modified": "Mon" }, 7)).toEqual({
    sha256: "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
    length: 7,
    etag: '"a"',
    lastModified: "Mon",
  });
  expect(of({})).toEqual({ sha256: expect.any(String) });
});

test("one word that contradicts makes another body of it; silence contradicts nothing", () => {
  const known = of({ etag: '"a"', "last-modified": "Mon" }, 7);
  expect(isSameOpening(known, of({}))).toBe(true);
  expect(isSameOpening(known, of({ etag: '"a"' }, 7))).toBe(true);
  expect(isSameOpening(known, of({ etag: '"b"' }))).toBe(false);
  expect(isSameOpening(known, of({}, 8))).toBe(false);
  expect(isSameOpening(known, of({ "last-modified": "Tue" }))).toBe(false);
  expect(isSameOpening(known, { ...known, sha256: "00" })).toBe(false);
});

test("the order does not matter, and each is the same as itself", () => {
  const word = fc.constantFrom("a", "b");
  const opening: fc.Arbitrary<Opening> = fc.record(
    { sha256: word, length: fc.constantFrom(1, 2), etag: word, lastModified: word },
    { requiredKeys: ["sha256"] },
  );
  fc.assert(
    fc.property(opening, opening, (one, other) => {
      expect(isSameOpening(one, one)).toBe(true);
      expect(isSameOpening(one, other)).toBe(isSameOpening(other, one));
    }),
  );
});

test.each([
  ["bytes 0-9/100", 100],
  ["Bytes 0-9/100", 100],
  ["bytes 0-9/*", Number.NaN],
  ["bytes 1-9/100", undefined],
  ["bytes 0-9", undefined],
  ["bytes */100", undefined],
  ["", undefined],
])("%s: %s", (range, length) => expect(lengthByRange(range)).toBe(length));
