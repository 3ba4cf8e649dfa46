import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Distinct, joined } from "./distinct.ts";

const salt = Uint32Array.of(0x1234567, 0x89abcdef);
const hash = (n: number) => createHash("md5").update(`${n}`).digest();
const of = (from: number, to: number) => {
  const distinct = new Distinct();
  for (let n = from; n < to; n++) distinct.note(salt, hash(n));
  return distinct;
};

test.each([0, 1, 10, 200, 1000, 5000, 20_000, 50_000])("%i different ones are counted to a tenth", (count) => {
  const counted = of(0, count).count;
  expect(Math.abs(counted - count)).toBeLessThanOrEqual(Math.max(1, count * 0.1));
});

test("what is met again counts once, and so does what several met", () => {
  const some = of(0, 3000);
  const { count } = some;
  for (let n = 0; n < 3000; n++) some.note(salt, hash(n % 50));
  expect(some.count).toBe(count);
  const others = of(2000, 5000);
  expect(new Distinct(joined(some.registers, others.registers)).registers).toEqual(of(0, 5000).registers);
  expect(some.count).toBe(count);
});

test("hashes that differ in a bit are different ones", () => {
  const near = new Distinct();
  for (let bit = 0; bit < 128; bit++) {
    const value = hash(1);
    value[bit >> 3] = (value[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    near.note(salt, value);
  }
  expect(near.count).toBeGreaterThan(110);
});

test("put together in any order and as often as one likes it is the same", () => {
  const parts = fc.array(fc.uint8Array({ minLength: 16, maxLength: 16 }), { maxLength: 30 });
  fc.assert(
    fc.property(parts, parts, (some, others) => {
      const [one, other] = [new Distinct(), new Distinct()];
      for (const value of some) one.note(salt, value);
      for (const value of others) other.note(salt, value);
      const both = joined(one.registers, other.registers);
      expect(joined(other.registers, one.registers)).toEqual(both);
      expect(joined(both, one.registers)).toEqual(both);
    }),
  );
});
