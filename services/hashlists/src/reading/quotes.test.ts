import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isWellQuoted } from "./quotes.ts";

test.each([
  ['"', false],
  ['"a', false],
  ['a"b', false],
  ['"a"b', false],
  ['"a""', false],
  ['""', true],
  ['"a""b",c', true],
  [' "a" ,"b, c"', true],
  ["a,b", true],
])("%s: %s", (line, expected) => {
  expect(isWellQuoted(line)).toBe(expected);
});

const quotedLines = (characters: string[]) =>
  fc
    .string({ unit: fc.constantFrom('"', '""', ",", " ", "a", "é", ...characters), minLength: 1, maxLength: 12 })
    .filter((line) => line.includes('"'));

test("what is well quoted never makes the parser stumble, alone or among others", () => {
  fc.assert(
    fc.property(fc.array(quotedLines(["\t", "\r"]).filter(isWellQuoted), { minLength: 1 }), (lines) => {
      const records = parse(lines.join("\n"), { relax_column_count: true, trim: true, record_delimiter: "\n" });
      expect(records).toHaveLength(lines.length);
    }),
  );
});
