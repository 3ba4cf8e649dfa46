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

test("what is well quoted never makes the parser stumble, alone or among others, whatever the delimiter", () => {
  const signs = fc.constantFrom(",", ";", "\t", "|", "\\", "]", "^", "-", "*", "'");
  const lines = (sign: string) =>
    fc.array(
      quotedLines(["\t", "\r", sign]).filter((line) => isWellQuoted(line, sign)),
      { minLength: 1 },
    );
  const both = signs.chain((delimiter) => fc.record({ delimiter: fc.constant(delimiter), some: lines(delimiter) }));
  fc.assert(
    fc.property(both, ({ delimiter, some }) => {
      const options = { delimiter, relax_column_count: true, trim: true, record_delimiter: "\n" };
      expect(parse(some.join("\n"), options)).toHaveLength(some.length);
    }),
  );
});
