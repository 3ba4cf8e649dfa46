import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter, MAX_LINE } from "./line-splitter.ts";

/** The lines of a text that comes in pieces of the given lengths. */
function split(text: string, lengths: readonly number[] = []): string[] {
  const splitter = new LineSplitter();
  const lines: string[] = [];
  let at = 0;
  for (const length of lengths) {
    lines.push(...splitter.push(text.slice(at, at + length)));
    at += length;
  }
  lines.push(...splitter.push(text.slice(at)), ...splitter.end());
  return lines;
}

test("lines end with LF or CRLF, the last one with the file", () => {
  expect(split("a\nb\r\nc")).toEqual(["a", "b", "c"]);
  expect(split("a\r\n\r\nb\n")).toEqual(["a", "", "b"]);
  expect(split("")).toEqual([]);
});

test("a line may end with CR alone, and CRLF that comes in two pieces ends one line", () => {
  expect(split("a\rb\r\rc")).toEqual(["a", "b", "", "c"]);
  expect(split("a\r\nb\r\n", [2, 3])).toEqual(["a", "b"]);
  expect(split("a\r\n\nb", [2, 1])).toEqual(["a", "", "b"]);
});

test("a line that is too long comes at once and once, cut; the next line is whole", () => {
  const splitter = new LineSplitter();
  const first = splitter.push("x".repeat(MAX_LINE + 2));
  expect(first.map((line) => line.length)).toEqual([MAX_LINE + 1]);
  expect(splitter.push("y".repeat(9 * MAX_LINE))).toEqual([]);
  expect(splitter.push("y\nnext\n")).toEqual(["next"]);
  expect(splitter.end()).toEqual([]);
});

test("the pieces in which a file comes change nothing", () => {
  const lines = fc.array(fc.string({ unit: "grapheme", maxLength: 30 }).filter((s) => !/[\n\r\uFEFF]/.test(s)));
  fc.assert(
    fc.property(lines, fc.constantFrom("\n", "\r\n", "\r"), fc.array(fc.nat({ max: 9 })), (given, end, lengths) => {
      const text = given.map((line) => line + end).join("");
      expect(split(text, lengths)).toEqual(given);
    }),
  );
});

test("however long lines are, their number is right and none is over the limit", () => {
  const sizes = fc.array(fc.oneof(fc.nat({ max: 20 }), fc.integer({ min: MAX_LINE - 3, max: 3 * MAX_LINE })));
  fc.assert(
    fc.property(sizes, fc.array(fc.nat({ max: 2 * MAX_LINE })), (given, lengths) => {
      const text = given.map((size) => `${"z".repeat(size)}\n`).join("");
      const found = split(text, lengths).map((line) => line.length);
      expect(found).toEqual(given.map((size) => Math.min(size, MAX_LINE + 1)));
    }),
  );
});
