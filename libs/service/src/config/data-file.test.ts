import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../telemetry/log.ts";
import { entriesIn, fieldsIn, itemsIn, parseData, textIn, watchData, type DataReader } from "./data-file.ts";

const names: DataReader<[string, string[]][]> = (data, fault) =>
  entriesIn(data, "", fault).map(([key, list]) => [
    key,
    itemsIn(list, key, fault).map((name, at) => textIn(name, `${key}[${at}]`, fault, 10)),
  ]);

test("a file's data is what its YAML says, comments and all", () => {
  expect(parseData("# of two\nen: [one, two]\nms:\n  - satu\n", "names.yaml", names)).toEqual([
    ["en", ["one", "two"]],
    ["ms", ["satu"]],
  ]);
});

test("every fault is named with its place, all at once", () => {
  const read = () => parseData('en: [1, ""]\nms: one\nfr:\nde: [far too long a name]\n', "names.yaml", names);
  expect(read).toThrow(
    [
      "names.yaml is not valid:",
      "en[0] is a number, and no text of 1 to 10 characters",
      'en[1] is "", and no text of 1 to 10 characters',
      "ms is a string, and no list",
      "fr is missing, and no list",
      'de[0] is "far too long a name", and no text of 1 to 10 characters',
    ].join("\n  "),
  );
});

test("what stands under a name that is not known is named, and what is known is read", () => {
  const read: DataReader<unknown> = (data, fault) => {
    const one = fieldsIn(data, "", fault, ["one"]).get("one");
    return fieldsIn(one, "one", fault, ["a", "b"]).get("a");
  };
  expect(parseData("one: {a: 1}\n", "names.yaml", read)).toBe(1);
  expect(() => parseData("one: {a: 1, c: 2}\ntwo: 2\n", "names.yaml", read)).toThrow(
    /\n {2}two is unknown; it takes one\n {2}one.c is unknown; it takes a, b$/,
  );
});

test.each(["en: [one", "en: one\nen: two\n"])("what is no YAML is refused by its line: %j", (text) => {
  expect(() => parseData(text, "names.yaml", names)).toThrow(/^names.yaml is no YAML in line [12]\.$/);
});

test("what names an anchor that is not there is refused", () => {
  expect(() => parseData("en: *nobody\n", "names.yaml", names)).toThrow(
    "names.yaml names something that is not in it.",
  );
});

test.each(["", "[]", "word"])("no names with values are refused: %j", (text) => {
  expect(() => parseData(text, "names.yaml", names)).toThrow("and no names with values");
});

test("a file that is far too large is not read, whatever it says", () => {
  const dir = mkdtempSync(join(tmpdir(), "ntd-data-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, "names.yaml");
  writeFileSync(path, `en: [one]\n# ${"x".repeat(1024 * 1024)}\n`);
  const read = () => watchData(path, createLog("test", "silent"), names);
  expect(read).toThrow("names.yaml has 1048589 bytes; it takes at most 1048576.");
});
