import { expect, test } from "vitest";
import { layoutOf } from "./layout.ts";
import { many } from "./port.ts";
import { servedBy, type Shape } from "./served.ts";

interface Thing {
  values: string[];
}
const value = () => "x";
const layout = layoutOf<Thing, "a" | "b" | "c" | "m", "x">({
  name: "things",
  fields: { a: value, b: value, c: value, m: many((t: Thing) => t.values) },
  columns: { x: value },
  indexes: [{ fields: ["a", "b"] }, { fields: ["c"], covers: ["x", "a"] }, { fields: ["c"] }],
});
const lte = { lte: "x" };

test.each<[string, Shape, string]>([
  ["nothing, by id", { where: {}, order: "id" }, "id"],
  ["nothing, counted", { where: {} }, "id"],
  ["one field of several values", { where: { m: "x" }, order: "id" }, "many"],
  ["equality, then the order", { where: { a: "x" }, order: "b" }, "a b"],
  ["a bound on the order", { where: { a: "x", b: lte }, order: "b" }, "a b"],
  ["both equal, in the order of the id", { where: { b: "x", a: "x" }, order: "id" }, "a b"],
  ["one of several, merged", { where: { a: { in: ["x", "y"] } }, order: "b" }, "a b"],
  ["the order alone", { where: {}, order: "b" }, "b"],
  ["a count by a prefix", { where: { a: "x" } }, "a b"],
  ["a count in a range", { where: { a: lte } }, "a b"],
  ["reads what another index covers", { where: { c: "x" }, order: "id", read: ["x", "a", "id"] }, "c: x a"],
  ["reads the state", { where: { c: "x" }, order: "id", read: ["state"] }, "c"],
])("%s is served", (_, shape, by) => {
  const served = servedBy(layout, shape);
  if (typeof served !== "object") return expect(served).toBe(by);
  expect([served.fields.join(" "), ...served.covers.slice(0, 1).map(() => served.covers.join(" "))].join(": ")).toBe(
    by,
  );
});

test.each<[string, Shape]>([
  ["a range, by id: it would be sorted", { where: { b: lte }, order: "id" }],
  ["the first field of an index, by id: it is in the order of the second", { where: { a: "x" }, order: "id" }],
  ["an order that the next field breaks", { where: {}, order: "a" }],
  ["a condition that stands in no index", { where: { a: "x", c: "x" }, order: "b" }],
  ["a condition behind a range", { where: { a: lte, b: "x" } }],
  ["two ranges", { where: { a: lte, b: lte } }],
  ["two sets in order", { where: { a: { in: ["x", "y"] }, c: { in: ["x", "y"] } }, order: "id" }],
  ["several values with another condition", { where: { m: "x", a: "x" }, order: "id" }],
  ["several values in another order", { where: { m: "x" }, order: "b" }],
])("%s is not", (_, shape) => {
  expect(servedBy(layout, shape)).toBeUndefined();
});
