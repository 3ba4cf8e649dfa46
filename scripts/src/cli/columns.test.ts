import fc from "fast-check";
import { expect, test } from "vitest";
import { columned, fitted } from "./columns.ts";

const of = (text: string) => ({ text, isAlarm: false });
const drawn = (rows: readonly (readonly string[])[], columns = Infinity) =>
  columned(
    rows.map((row) => row.map(of)),
    columns,
    ({ text }) => text,
  );

test("each column begins at one place in every line, whatever stands before it", () => {
  expect(
    drawn([
      ["name", "of"],
      ["\u5f20\u4f1f", "x"],
      ["e\u0301t\u00e9", "y"],
      ["two\nlines", "z"],
    ]),
  ).toBe(["name   of", "\u5f20\u4f1f   x", "e\u0301t\u00e9    y", "two    z", "lines"].join("\n"));
});

test("on a narrow line words are broken at spaces, and at letters only where there is none", () => {
  expect(
    drawn(
      [
        ["case", "one two three four"],
        ["abcdefghijkl", ""],
      ],
      20,
    ),
  ).toBe(["case       one two", "           three", "           four", "abcdefghi", "jkl"].join("\n"));
});

test("no line is too long, and nothing but spaces is lost", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "b", " ", "\u00e9", "-"), maxLength: 80 });
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 30, max: 120 }), (all, columns) => {
      const text = drawn(all, columns);
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
      const counted = (from: string) => from.replaceAll(/[ \n]/g, "").split("").toSorted().join("");
      expect(counted(text)).toBe(counted(all.flat().join("")));
    }),
  );
});

test("what must not be overlooked looks so on each of its lines, and takes no room by it", () => {
  const alarm = { text: "not serving at all", isAlarm: true };
  const text = columned([[alarm, of("x")]], 13, (shown) => (shown.isAlarm ? `<${shown.text}>` : shown.text));
  expect(text).toBe(["<not>         x", "<serving at>", "<all>"].join("\n"));
});

test("two hundred thousand rows are a table", () => {
  const rows = Array.from({ length: 200_000 }, (_, at) => [String(at), "x".repeat(30)]);
  expect(drawn(rows, 20).length).toBeGreaterThan(6_000_000);
});

test("columns fit the line, and none that had room enough is cut", () => {
  const widths = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(widths, fc.integer({ min: 40, max: 250 }), (natural, columns) => {
      const narrow = fitted(natural, 2, columns);
      const sum = narrow.reduce((all, width) => all + width, 0) + 2 * (natural.length - 1);
      expect(sum <= columns || narrow.every((width) => width <= 8)).toBe(true);
      expect(narrow.every((width, at) => width <= (natural[at] ?? 0))).toBe(true);
      if (natural.reduce((all, width) => all + width, 0) + 2 * (natural.length - 1) <= columns) {
        expect(narrow).toEqual(natural);
      }
    }),
  );
});
