import fc from "fast-check";
import { expect, it } from "vitest";
import { requireId } from "./arguments.ts";
import { hammingDistance, requireHash } from "./hash.ts";

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

it("refuses hashes of another length or kind, and never repeats them", () => {
  const hash = new Uint8Array(32);
  for (const length of [0, 31, 33]) {
    expect(() => hammingDistance(hash, new Uint8Array(length))).toThrow(`hash must be 32 bytes, not ${length}`);
  }
  for (const other of ["ab".repeat(32), new Uint16Array(16), undefined]) {
    expect(() => requireHash(other as unknown as Uint8Array)).toThrow(
      /^hash must be 32 bytes, not (string|object|undefined)$/,
    );
  }
  expect(() => requireId("ab".repeat(32) as unknown as number)).toThrow(
    "id must be a whole number from 0 to 4294967295, not string",
  );
});
