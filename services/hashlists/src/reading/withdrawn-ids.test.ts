import { expect, test } from "vitest";
import { WithdrawnIds } from "./withdrawn-ids.ts";

const idOf = (n: number) => `${n % 7}-image${n}`;

test("those that were added are there, however many, and no others", () => {
  const ids = new WithdrawnIds();
  expect([ids.size, ids.has(idOf(1))]).toEqual([0, false]);
  for (let n = 0; n < 200_000; n += 2) ids.add(idOf(n));
  const there = Array.from({ length: 200_000 }, (_, n) => n).filter((n) => ids.has(idOf(n)));
  expect([ids.size, there.length, there.every((n) => n % 2 === 0)]).toEqual([100_000, 100_000, true]);
});

test("one that comes again is one", () => {
  const ids = new WithdrawnIds();
  for (const id of [idOf(1), idOf(2), idOf(1), idOf(2), idOf(1)]) ids.add(id);
  expect([ids.size, ids.has(idOf(1)), ids.has(idOf(2))]).toEqual([2, true, true]);
});

test("long ones, and those that differ in one letter of any script, are not the same", () => {
  const ids = new WithdrawnIds();
  const long = "x".repeat(500);
  for (const id of ["", "a", "ä", `${long}a`, `42-ж`]) ids.add(id);
  expect(["", "a", "ä", `${long}a`, "42-ж"].map((id) => ids.has(id))).toEqual([true, true, true, true, true]);
  expect(["b", "ö", `${long}b`, "42-з", "42-\u{1f600}", "A"].filter((id) => ids.has(id))).toEqual([]);
  expect(ids.size).toBe(5);
});
