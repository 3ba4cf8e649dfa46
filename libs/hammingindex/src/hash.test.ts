import fc from "fast-check";
import { expect, it } from "vitest";
import { hammingDistance, hashFromHex, hashToHex } from "./index.ts";

const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 });

it("counts the bits that differ", () => {
  const counted = (a: Uint8Array, b: Uint8Array) =>
    a.reduce((sum, byte, i) => sum + (byte ^ (b[i] as number)).toString(2).replaceAll("0", "").length, 0);
  fc.assert(
    fc.property(hashes, hashes, (a, b) => {
      expect(hammingDistance(a, b)).toBe(counted(a, b));
    }),
  );
  expect(hammingDistance(new Uint8Array(32), new Uint8Array(32).fill(255))).toBe(256);
});

it("writes and reads hex in the order of the bytes", () => {
  fc.assert(
    fc.property(hashes, (hash) => {
      expect(hashFromHex(hashToHex(hash))).toEqual(hash);
    }),
  );
  expect(hashToHex(Uint8Array.from({ length: 32 }, (_, i) => i))).toMatch(/^00010203.*1e1f$/);
  expect(hashFromHex("AB".repeat(32))).toEqual(new Uint8Array(32).fill(0xab));
});

it("reads a hash in the middle of a larger buffer", () => {
  const buffer = Uint8Array.from({ length: 40 }, (_, i) => i);
  expect(hashToHex(buffer.subarray(3, 35))).toMatch(/^030405/);
});

it.each(["", "ab", "g".repeat(64), "a".repeat(63), "a".repeat(66), ` ${"a".repeat(63)}`])(
  "refuses %j as hex without repeating it",
  (text) => {
    expect(() => hashFromHex(text)).toThrow(`hash must be 64 hex digits, not a text of ${text.length} characters`);
  },
);

it("refuses hashes of another length", () => {
  const hash = new Uint8Array(32);
  for (const length of [0, 31, 33]) {
    expect(() => hammingDistance(hash, new Uint8Array(length))).toThrow(`hash must be 32 bytes, not ${length}`);
    expect(() => hashToHex(new Uint8Array(length))).toThrow(RangeError);
  }
});
