import { derivedId } from "@ntd/service";
import fc from "fast-check";
import { expect, test } from "vitest";
import { idBytes } from "./entry-id.ts";
import { PackedIds } from "./packed-ids.ts";

const idOf = (n: number) => derivedId("entry", n) as string;
const numbers = fc.array(fc.nat({ max: 100 }), { maxLength: 60 });
const all = Array.from({ length: 101 }, (_, n) => n);

test("has what was added, however many are asked for", () => {
  fc.assert(
    fc.property(numbers, numbers, (first, later) => {
      const ids = new PackedIds();
      for (const some of [first, later]) ids.add(idBytes(some.map(idOf)));
      const model = new Set([...first, ...later]);
      expect(ids.among(all.map(idOf))).toEqual(new Set([...model].map(idOf)));
      for (const n of all.slice(0, 40)) expect(ids.among([idOf(n)]).size).toBe(model.has(n) ? 1 : 0);
    }),
    { numRuns: 50 },
  );
});

test("many alike, and what is no id", () => {
  const alike = Array.from({ length: 500 }, (_, n) => `ab000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`);
  const ids = new PackedIds();
  ids.add(idBytes(alike.slice(0, 250)));
  expect(ids.among(alike)).toEqual(new Set(alike.slice(0, 250)));
  expect(ids.among(["", "no id", `${alike[0]}00`])).toEqual(new Set());
});
