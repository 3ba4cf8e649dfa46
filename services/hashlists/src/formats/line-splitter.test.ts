import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter, MAX_LINE } from "./line-splitter.ts";

/** The lines of a file that comes in pieces of the given lengths. */
function split(bytes: Uint8Array, lengths: readonly number[] = []): string[] {
  const splitter = new LineSplitter();
  const lines: string[] = [];
  let at = 0;
  for (const length of lengths) {
    lines.push(...splitter.push(bytes.subarray(at, at + length)));
    at += length;
  }
  lines.push(...splitter.push(bytes.subarray(at)), ...splitter.end());
  return lines;
}
const text = (value: string) => Buffer.from(value, "utf8");

test("lines end with LF or CRLF, the last one with the file", () => {
  expect(split(text("a\nb\r\nc"))).toEqual(["a", "b", "c"]);
  expect(split(text("a\r\n\r\nb\n"))).toEqual(["a", "", "b"]);
  expect(split(text(""))).toEqual([]);
});

test("a byte order mark at the start is no part of the first line", () => {
  expect(split(Buffer.concat([Buffer.from("efbbbf", "hex"), text("a\nb")]), [1, 1])).toEqual(["a", "b"]);
  expect(split(text("a\n\uFEFFb"))).toEqual(["a", "\uFEFFb"]);
});

test("a line that is too long comes at once and once, cut; the next line is whole", () => {
  const splitter = new LineSplitter();
  const first = splitter.push(text("x".repeat(MAX_LINE + 2)));
  expect(first.map((line) => line.length)).toEqual([MAX_LINE + 1]);
  expect(splitter.push(text("y".repeat(9 * MAX_LINE)))).toEqual([]);
  expect(splitter.push(text("y\nnext\n"))).toEqual(["next"]);
  expect(splitter.end()).toEqual([]);
});

test("the pieces in which a file comes change nothing", () => {
  const lines = fc.array(fc.string({ unit: "grapheme", maxLength: 30 }).filter((s) => !/[\n\r\uFEFF]/.test(s)));
  fc.assert(
    fc.property(lines, fc.constantFrom("\n", "\r\n"), fc.array(fc.nat({ max: 9 })), (given, end, lengths) => {
      const bytes = text(given.map((line) => line + end).join(""));
      expect(split(bytes, lengths)).toEqual(given);
    }),
  );
});

test("however long lines are, their number is right and none is over the limit", () => {
  const sizes = fc.array(fc.oneof(fc.nat({ max: 20 }), fc.integer({ min: MAX_LINE - 3, max: 3 * MAX_LINE })));
  fc.assert(
    fc.property(sizes, fc.array(fc.nat({ max: 2 * MAX_LINE })), (given, lengths) => {
      const bytes = text(given.map((size) => `${"z".repeat(size)}\n`).join(""));
      const found = split(bytes, lengths).map((line) => line.length);
      expect(found).toEqual(given.map((size) => Math.min(size, MAX_LINE + 1)));
    }),
  );
});
