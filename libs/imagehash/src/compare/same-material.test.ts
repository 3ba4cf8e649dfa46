import fc from "fast-check";
import { expect, test } from "vitest";
import { isSameMaterial, type Material } from "./same-material.ts";

/** 32 bytes of which the first `bits` bits are set. */
function hash(bits: number): Uint8Array {
  const value = new Uint8Array(32);
  for (let bit = 0; bit < bits; bit++) value[bit >> 3] = (value[bit >> 3] ?? 0) | (1 << (bit & 7));
  return value;
}
const picture = (...bits: [number, ...number[]]) => ({ pdq: hash(bits[0]), forms: bits.map(hash) });
const file = (sha: number, more: Partial<Material> = {}): Material => ({
  sha256: new Uint8Array(32).fill(sha),
  shown: [],
  ...more,
});

test("the same bytes are the same material, other bytes that show nothing are not, and what is not known is like nothing", () => {
  expect(isSameMaterial(file(1), file(1))).toBe(true);
  expect(isSameMaterial(file(1), file(2))).toBe(false);
  expect(isSameMaterial({ shown: [] }, { shown: [] })).toBe(false);
});

test("the picture that stands for a file is compared however little it says, in each form that is known", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 256 }), (bits) => {
      const same = isSameMaterial(file(1, { picture: picture(0) }), file(2, { picture: picture(bits) }));
      expect(same).toBe(bits <= 31);
    }),
  );
  expect(isSameMaterial(file(1, { picture: picture(0, 256) }), file(2, { picture: picture(250) }))).toBe(true);
});

test("of two films half of one is in the other, in any order, and of a film and an animation one picture is enough", () => {
  const film = (sha: number, ...bits: number[]) => file(sha, { film: bits.map(hash) });
  const seen = film(1, 0, 80, 160, 240);
  for (const same of [film(2, 0, 80), film(2, 240, 120, 160, 200), film(2, 120, 120, 120, 120, 160, 240)]) {
    expect(isSameMaterial(seen, same)).toBe(true);
    expect(isSameMaterial(same, seen)).toBe(true);
  }
  expect(isSameMaterial(seen, film(2, 0, 40, 120, 200))).toBe(false);
  expect(isSameMaterial(film(1), film(2))).toBe(false);
  const animation = file(3, { shown: [picture(40), picture(160)] });
  expect([isSameMaterial(seen, animation), isSameMaterial(animation, seen)]).toEqual([true, true]);
  expect(isSameMaterial(film(1, 0, 80), animation)).toBe(false);
});

test("any of what one file shows may be any of what the other shows", () => {
  const seen = file(1, { picture: picture(0), shown: [picture(0), picture(100)] });
  expect(isSameMaterial(seen, file(2, { picture: picture(200), shown: [picture(200), picture(110)] }))).toBe(true);
  expect(isSameMaterial(seen, file(2, { picture: picture(200), shown: [picture(200)] }))).toBe(false);
  // It says too little to be found among others.
  expect(isSameMaterial(seen, file(2, { picture: picture(100), shown: [] }))).toBe(false);
});
