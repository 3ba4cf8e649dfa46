import { assert, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { packing, type Packing } from "./packed.ts";

const facts = packing({ lane: 16, causes: 64, first: 2, holds: 32 });
const unpack = <F extends string>(from: Packing<F>, packed: number, names: readonly F[]) =>
  Object.fromEntries(names.map((name) => [name, from.factOf(packed, name)]));
const names = ["lane", "causes", "first", "holds"] as const;
const fact = (size: number) => integer({ min: 0, max: size - 1 });

test("what is packed is what was put there", () => {
  assert(
    property(record({ lane: fact(16), causes: fact(64), first: fact(2), holds: fact(32) }), (one) => {
      expect(unpack(facts, facts.pack(one), names)).toEqual(one);
    }),
  );
});

test("more than can be kept is the most that can, and touches no other fact", () => {
  const one = { lane: 3, causes: 99, first: 1, holds: 1000 };
  expect(unpack(facts, facts.pack(one), names)).toEqual({ lane: 3, causes: 63, first: 1, holds: 31 });
});

test("what was written before there was one is nothing of all", () => {
  expect(unpack(facts, NaN, names)).toEqual({ lane: 0, causes: 0, first: 0, holds: 0 });
});

test("a fact that came later, at the front, is nothing in what is stored", () => {
  const later = packing({ new: 8, lane: 16, causes: 64, first: 2, holds: 32 });
  const one = { lane: 3, causes: 9, first: 1, holds: 7 };
  expect(unpack(later, facts.pack(one), ["new", ...names])).toEqual({ new: 0, ...one });
});
