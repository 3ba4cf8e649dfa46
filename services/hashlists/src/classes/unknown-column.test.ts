import { expect, test } from "vitest";
import { UnknownColumn } from "./unknown-column.ts";

function mayBeClasses(values: readonly string[]): boolean {
  const column = new UnknownColumn();
  for (const value of values) column.take(value);
  return column.mayBeClasses;
}

const many = (count: number, of: (n: number) => string) => Array.from({ length: count }, (_, n) => of(n));

test.each<[what: string, values: string[], is: boolean]>([
  ["codes that come again", ["1", "2", "1"], true],
  ["one code again and again", ["A", "A", "A"], true],
  ["codes each once, as numbers of lines", ["1", "2", "3"], false],
  ["two words, many times", many(40, (n) => (n % 2 === 0 ? "ilegal" : "sin interes")), true],
  ["two words, a few times", many(6, (n) => (n % 2 === 0 ? "ilegal" : "sin interes")), false],
  ["one word alone", many(40, () => "hotline"), false],
  ["names of files", many(40, (n) => `IMG_${n}.jpg`), false],
  ["more words than a list has classes", many(400, (n) => `word ${n % 20}`), false],
  ["long texts", many(40, () => "a".repeat(61)), false],
  ["nothing", many(40, () => ""), false],
  ["few fields of which one calls its file harmless", ["Bild 1", "Unbedenklich", "Bild 2"], true],
])("%s", (_, values, is) => expect(mayBeClasses(values)).toBe(is));

test("a column of another known name has no classes, however it is written", () => {
  expect(["File Type", "Dateityp", "Land", "Rubrik", "Категория"].map((name) => UnknownColumn.isOther(name))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});
