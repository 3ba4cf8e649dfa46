import { describe, expect, test } from "vitest";
import { hashes, readList } from "../../test/read-list.ts";

const { md5, sha1, sha256 } = hashes;

describe("a line is a hash,", () => {
  test.each([
    ["alone", md5(1)],
    ["in capitals", md5(1).toUpperCase()],
    ["with blanks around", `  ${md5(1)} `],
    ["with a category", `${md5(1)},2`],
    ["with a category behind a semicolon", `"${md5(1)}";"2"`],
    ["as md5sum writes", `${md5(1)}  a name, of a file 2.jpg`],
    ["as md5sum writes of binary files", `${md5(1)} *a.jpg`],
    ["as md5sum writes of a name with a backslash", `\\${md5(1)}  a\\\\b.jpg`],
    ["with a name behind a comma", `${md5(1)},some name.jpg`],
  ])("%s", (_, line) => {
    const { format, entries, faults } = readList(`# a comment\n\n${line}\n`);
    expect([format, faults]).toEqual(["LIST_FORMAT_HASHES", []]);
    expect(entries).toMatchObject([{ algorithm: "MD5", value: md5(1), line: 3, sourceId: "" }]);
    expect(JSON.stringify(entries)).not.toContain("name");
  });
});

test("its kind is told by its length; what could be a PDQ is said", () => {
  const { entries, remarks } = readList([md5(1), sha1(2), sha256(3)].join("\n"));
  expect(entries.map(({ algorithm }) => algorithm)).toEqual(["MD5", "SHA1", "SHA256"]);
  expect(remarks).toEqual([expect.stringContaining("64 digits taken for SHA-256")]);
});

test("a list of MD5 that has some SHA-256, which may be two MD5 each, says so", () => {
  const list = (count: number) => Array.from({ length: count }, (_, n) => md5(n + 10));
  const glued = [...list(30), md5(1) + md5(2)].join("\n");
  expect(readList(glued).remarks.at(-1)).toBe(
    "64 digits in 1 of 31 lines, nearly all others MD5: two MD5 without an end of line between them look like a SHA-256",
  );
  for (const lines of [list(30), [...list(5), sha256(1)], list(30).map((one) => `${one},${sha256(1)}`)]) {
    expect(readList(lines.join("\n")).remarks.filter((one) => one.includes("two MD5"))).toEqual([]);
  }
});

test("several hashes in a line are of one file", () => {
  const { entries } = readList(`${md5(1)},${sha1(1)},1\n`);
  expect(entries.map(({ algorithm, sourceId, code }) => [algorithm, sourceId, code])).toEqual([
    ["MD5", `md5:${md5(1)}`, "1"],
    ["SHA1", `md5:${md5(1)}`, "1"],
  ]);
});

describe("what calls a file harmless, or says that nobody judged it, is not listed:", () => {
  test.each([
    "harmless",
    "ok",
    "OK",
    "false positive",
    "False-Positive",
    "clean",
    "unbedenklich",
    "nicht relevant",
    "unknown",
    "not illegal.",
  ])("%s", (word) => {
    for (const between of [" ", "  ", "\t", ",", ";"]) {
      const { entries, faults, remarks } = readList(`${md5(1)}${between}${word}\n${md5(2)}${between}a.jpg\n`);
      expect([entries.map(({ line }) => line), faults]).toEqual([[2], []]);
      expect(remarks).toEqual([expect.stringContaining("left out: 1 line of files that are called harmless")]);
    }
    const negative = readList(`${md5(1)} ${word}\n`, { isNegative: true });
    expect(negative.entries.map(({ line }) => line)).toEqual([1]);
  });

  test.each(["ok.jpg", "clean up", "legal/a", "not harmless", "null", "*ok.png", "nothing"])("and %s is", (word) => {
    for (const between of [" ", "  ", ","]) {
      expect(readList(`${md5(1)}${between}${word}\n`).entries.map(({ line }) => line)).toEqual([1]);
    }
  });
});

test("a number behind one blank is a category; behind two it is a name, as md5sum writes", () => {
  const { entries, remarks } = readList(`${md5(1)} 2\n${md5(2)}  2\n${md5(3)} 0\n${md5(4)}  0\n`);
  expect(entries.map(({ line, code }) => [line, code])).toEqual([
    [1, "2"],
    [2, ""],
    [4, ""],
  ]);
  expect(remarks).toEqual([expect.stringContaining("left out: 1 line of category 0")]);
});

test("words of which there are few are maybe classes, which who approves is told and says", () => {
  const lines = (of: (n: number) => string) => Array.from({ length: 40 }, (_, n) => `${md5(n + 1)}${of(n)}`).join("\n");
  for (const between of [" ", ",", ";"]) {
    const { classColumnCount, remarks } = readList(lines((n) => `${between}${n % 2 === 0 ? "ilegal" : "dudoso"}`));
    expect([classColumnCount, remarks]).toEqual([1, [expect.stringContaining('"what stands behind the hashes"')]]);
  }
  expect(readList(lines((n) => `  IMG_${n}.jpg`)).classColumnCount).toBe(0);
  expect(readList(lines((n) => `,${n % 3}`)).classColumnCount).toBe(0);
});

test("category 0 is left out; a line that is no hash is a fault", () => {
  const { entries, faults, remarks } = readList(`${md5(1)},0\n${md5(2)}\nhello\n${md5(3).slice(1)}\n`);
  expect(entries.map(({ line }) => line)).toEqual([2]);
  expect(faults.map(({ line, field }) => [line, field])).toEqual([
    [3, "hash"],
    [4, "hash"],
  ]);
  expect(remarks).toEqual([expect.stringContaining("left out: 1 line of category 0")]);
});

test("two hashes of one kind are of no one file", () => {
  const { entries, faults } = readList(`${md5(1)},${md5(2)}\n${md5(3)},${md5(3).toUpperCase()}\n`);
  expect(faults).toEqual([{ line: 1, field: "hash", problem: expect.stringContaining("another MD5") }]);
  expect(new Set(entries.map(({ value }) => value))).toEqual(new Set([md5(3)]));
});
