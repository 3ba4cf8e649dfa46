import { assert, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { packing } from "./packed.ts";

const facts = packing({ lane: 16, causes: 64, first: 2, holds: 32 });
const fact = (size: number) => integer({ min: 0, max: size - 1 });

test("what is packed is what was put there", () => {
  assert(
    property(record({ lane: fact(16), causes: fact(64), first: fact(2), holds: fact(32) }), (one) => {
      expect(facts.unpack(facts.pack(one))).toEqual(one);
    }),
  );
});

test("more than can be kept is the most that can, and touches no other fact", () => {
  const one = { lane: 3, causes: 99, first: 1, holds: 1000 };
  expect(facts.unpack(facts.pack(one))).toEqual({ lane: 3, causes: 63, first: 1, holds: 31 });
});

test("what was written before there was one is nothing of all", () => {
  expect(facts.unpack(NaN)).toEqual({ lane: 0, causes: 0, first: 0, holds: 0 });
});

test("a fact that came later, at the front, is nothing in what is stored", () => {
  const later = packing({ new: 8, lane: 16, causes: 64, first: 2, holds: 32 });
  const one = { lane: 3, causes: 9, first: 1, holds: 7 };
  expect(later.unpack(facts.pack(one))).toEqual({ new: 0, ...one });
});
