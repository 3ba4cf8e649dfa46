import { expect, it } from "vitest";
import { countTransitions } from "../compare/compare.ts";

it.each([
  ["one colour", "0000".repeat(16), 0],
  ["a chessboard", "aaaa5555".repeat(8), 480],
  ["upright stripes", "aaaa".repeat(16), 240],
  ["lying stripes", "ffff0000".repeat(8), 240],
  ["one bit in a corner", "8000" + "0000".repeat(15), 2],
  ["one bit at the end", "0000".repeat(15) + "0001", 2],
  ["one bit inside", "0000".repeat(7) + "0100" + "0000".repeat(8), 4],
])("counts the unequal neighbours of %s", (_, hex, expected) => {
  expect(countTransitions(Buffer.from(hex, "hex"))).toBe(expected);
});
