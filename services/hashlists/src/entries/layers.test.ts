import fc from "fast-check";
import { expect, test } from "vitest";
import { foldedInto, sharedLayers, type Layer } from "./layers.ts";

const base = { part: "base", rows: 10_000_000 };

function afterDeltas(sizes: readonly number[]) {
  let layers: Layer[] = [base];
  let written = 0;
  for (const [nth, rows] of sizes.entries()) {
    const folded = foldedInto(layers, rows);
    const own = layers.slice(layers.length - folded).reduce((sum, layer) => sum + layer.rows, rows);
    written += own;
    layers = [...layers.slice(0, layers.length - folded), { part: `d${nth}`, rows: own }];
  }
  return { layers, written };
}

test("one row goes on top of a large list as it is", () => {
  expect(foldedInto([base], 1)).toBe(0);
  expect(foldedInto([base, { part: "d", rows: 3 }], 1)).toBe(0);
  expect(foldedInto([base, { part: "d", rows: 2 }], 1)).toBe(1);
});

test("what is half as large as the list is written as a whole list", () => {
  expect(foldedInto([base], 5_000_000)).toBe(1);
  expect(foldedInto([base, { part: "d", rows: 4_000_000 }], 2_000_000)).toBe(2);
});

test("however many deltas came, there are few layers, and each row was written a few times", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 400 }), (sizes) => {
      const { layers, written } = afterDeltas(sizes);
      const told = sizes.reduce((sum, rows) => sum + rows, 0);
      expect(layers.length).toBeLessThanOrEqual(2 + Math.log2(told));
      expect(written).toBeLessThanOrEqual(told * (2 + Math.log2(told)));
    }),
  );
});

test("layers are shared up to the first that differs", () => {
  expect(sharedLayers(["a", "b"], ["a", "b", "c"])).toBe(2);
  expect(sharedLayers(["a", "b", "x"], ["a", "b", "c"])).toBe(2);
  expect(sharedLayers([], ["a"])).toBe(0);
  expect(sharedLayers(["x", "b"], ["a", "b"])).toBe(0);
});
