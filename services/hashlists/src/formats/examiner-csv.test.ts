import { Problem } from "@ntd/service";
import { describe, expect, test } from "vitest";
import { hashes, readList } from "../../test/read-list.ts";

const { md5, sha1, sha256, pdq } = hashes;
const of = (file: string | Uint8Array) => {
  const { entries, ...rest } = readList(file);
  return { ...rest, entries: entries.map(({ algorithm, value, line }) => [line, algorithm, value]) };
};

describe("a table is read by its header:", () => {
  const one = [[2, "MD5", md5(1)]];
  test.each([
    ["commas", `MD5,Category\n${md5(1)},1\n`, one],
    ["semicolons", `Category;MD5\n1;${md5(1)}\n`, one],
    ["tabs", `File Name\tMD5 Hash\na, b\t${md5(1)}\n`, one],
    ["bars", `md5|category\n${md5(1)}|2`, one],
    ["a line that tells the delimiter", `sep=;\nMD5;Name\n${md5(1)};a`, [[3, "MD5", md5(1)]]],
    ["one that tells a tab", `sep=\t\r\nMD5\tName\r\n${md5(1)}\ta`, [[3, "MD5", md5(1)]]],
    ["one that tells another sign", `sep=^\nMD5^Name\n${md5(1)}^"a^b"`, [[3, "MD5", md5(1)]]],
    ["such a line in quotes", `"sep=;"\r\nMD5;Name\r\n${md5(1)};a`, [[3, "MD5", md5(1)]]],
    ["blank lines before it", `\n\nMD5\n${md5(1)}`, [[4, "MD5", md5(1)]]],
    ["capitals and quotation marks", `"Category","MD5"\n"1","${md5(1).toUpperCase()}"\n`, one],
    ["a comma within quotation marks", `"Name","MD5"\n"a, ""b""","${md5(1)}"\n`, one],
    ["CRLF", `MD5,Category\r\n${md5(1)},1\r\n`, one],
    ["CR", `MD5,Category\r${md5(1)},1\r`, one],
    ["UTF-16", Buffer.from(`\uFEFFMD5,Category\r\n${md5(1)},1\r\n`, "utf16le"), one],
    ["a byte order mark", `\uFEFFMD5,Category\n${md5(1)},1`, one],
    ["the first line of X-Ways", `MD5\n${md5(1)}\n`, one],
    ["a header of X-Ways for SHA-1", `SHA-1\n${sha1(1)}\n`, [[2, "SHA1", sha1(1)]]],
    ["a kind told by another column", `HashValue,HashType\n${sha1(1)},SHA-1`, [[2, "SHA1", sha1(1)]]],
    [
      "a kind told by its length",
      `Hash\n${sha256(1)}\n${md5(2)}`,
      [
        [2, "SHA256", sha256(1)],
        [3, "MD5", md5(2)],
      ],
    ],
    ["empty fields at the end", `MD5,Category\n${md5(1)},1,,,\n`, one],
    ["our own columns in another order", `value,algorithm,quality\n${pdq(1)},pdq,80`, [[2, "PDQ", pdq(1)]]],
  ])("%s", (_, file, entries) => {
    expect(of(file)).toMatchObject({ entries, faults: [] });
  });
});

test("all hashes of a row are of one file, by its id or by the first of them", () => {
  const { entries } = readList(
    `SHA1,MD5,ID\n${sha1(1)},${md5(1)},x-1\n${sha1(2).toUpperCase()},${md5(2)},\n,${md5(3)},\n`,
  );
  expect(entries.map(({ algorithm, sourceId }) => [algorithm, sourceId])).toEqual([
    ["SHA1", "x-1"],
    ["MD5", "x-1"],
    ["SHA1", `sha1:${sha1(2)}`],
    ["MD5", `sha1:${sha1(2)}`],
    ["MD5", ""],
  ]);
});

test("class, votes, size and quality are kept", () => {
  const { entries } = readList(`PDQ,Quality,Scheme,Class,Votes,File size\n${pdq(1)},81,iwf,A,3,1234`);
  expect(entries).toMatchObject([{ quality: 81, scheme: "iwf", code: "A", votes: 3, size: 1234 }]);
});

test("a class without a scheme is a category; what nobody judged is left out and counted", () => {
  const { entries, remarks } = readList(
    `MD5,Category\n${md5(1)},2\n${md5(2)},0\n${md5(3)},Non-Pertinent\n${md5(4)},not illegal\n${md5(5)},`,
  );
  expect(entries.map(({ value, scheme, code }) => [value, scheme, code])).toEqual([
    [md5(1), "category", "2"],
    [md5(5), "", ""],
  ]);
  expect(remarks).toEqual(["left out: 3 rows of files that nobody judged to be unlawful"]);
});

test("names, series and what is known of victims are not kept, and that is said", () => {
  const file = `MD5,Series,Victim identified,File Name\n${md5(1)},some series,yes,some name.jpg\n`;
  const read = readList(file);
  expect(JSON.stringify(read.entries)).not.toMatch(/some|yes/);
  expect(read.remarks).toEqual(['columns that are not kept: "Series", "Victim identified", "File Name"']);
});

describe("a column that is not known, and that looks like classes, is named, and counted for who approves:", () => {
  const rows = (header: string, of: (n: number) => string) =>
    [`MD5;${header}`, ...Array.from({ length: 30 }, (_, n) => `${md5(n + 1)};${of(n)}`), ""].join("\n");
  const lost = (...names: string[]) =>
    expect.stringContaining(
      `maybe classes, by which files may be called harmless: ${names.map((name) => `"${name}"`).join(", ")}, whose header`,
    ) as unknown;
  test.each<[header: string, of: (n: number) => string, count: number, names: string[]]>([
    ["Rubrik", (n) => `${n % 3}`, 1, ["Rubrik"]],
    ["Категория", (n) => (n % 2 === 0 ? "запрещено" : "разрешено"), 1, ["Категория"]],
    ["Luokka;Tulos", (n) => `${n % 2};${n % 2 === 0 ? "kielletty" : "sallittu"}`, 2, ["Luokka", "Tulos"]],
    ["Urteil", (n) => (n === 7 ? "unbedenklich" : `Bild ${n}`), 1, ["Urteil"]],
  ])("%s", (header, of, count, names) => {
    const { entries, remarks, classColumnCount } = readList(rows(header, of));
    expect([entries.length, classColumnCount, remarks.at(-1)]).toEqual([30, count, lost(...names)]);
  });

  test.each<[header: string, of: (n: number) => string]>([
    ["File Type", (n) => (n % 2 === 0 ? "jpg" : "png")],
    ["Bearbeiter", (n) => (n % 2 === 0 ? "anna" : "ben")],
    ["Name", (n) => `${n}.jpg`],
    // What the table itself calls its class is one.
    ["Kategorie;Rubrik", (n) => `2;${n % 3}`],
  ])("and %s is not", (header, of) => {
    const { entries, remarks, classColumnCount } = readList(rows(header, of));
    expect([entries.length, classColumnCount, remarks.some((one) => one.includes("maybe"))]).toEqual([30, 0, false]);
  });
});

test("hashes that are not read are left out and counted", () => {
  const { entries, remarks, faults } = readList(`MD5,PhotoDNA,SHA-512\n${md5(1)},AAAA,b\n,BBBB,\n`);
  expect([entries.length, faults]).toEqual([1, []]);
  expect(remarks).toEqual(["left out: 2 PhotoDNA", "left out: 1 SHA-512"]);
});

test("columns and words of German programs are read as their English ones, whatever stands for an umlaut", () => {
  const files = ["Prüfsumme MD5;SHA-1-Hash;Kategorie", "md5-pruefsumme;Hash SHA1;VICS Kategorie"].map(
    (header) => `${header}\n${md5(1)};${sha1(1)};2\n${md5(2)};;0\n${md5(3)};;Nicht relevant\n`,
  );
  files.push(`Hashwert;Kat.\n${md5(1)};2\n${sha1(1)};2\n${md5(2)};unbekannt\n`);
  for (const file of files) {
    const { entries, faults, remarks } = readList(file);
    expect(entries.map(({ value, scheme, code }) => [value, scheme, code])).toEqual([
      [md5(1), "category", "2"],
      [sha1(1), "category", "2"],
    ]);
    expect(faults).toEqual([]);
    expect(remarks).toEqual([expect.stringMatching(/^left out: [12] rows? of files that nobody judged/)]);
  }
});

test("what is called harmless belongs into a set that speaks against abuse material, and nowhere else", () => {
  const file = `MD5,Category\n${md5(1)},harmless\n${md5(2)},unknown\n${md5(3)},0\n`;
  expect(readList(file, { isNegative: true }).entries.map(({ line }) => line)).toEqual([2]);
  expect(readList(file).entries).toEqual([]);
});

test("what is taken back by a table in another order is no entry", () => {
  const { entries } = readList(`revoked,md5\nwrong-file,${md5(1)}\n,${md5(2)}`);
  expect(entries.map(({ revoked }) => revoked)).toEqual(["REVOCATION_CAUSE_WRONG_FILE", undefined]);
});

test("letters of Windows are read, and that this was guessed is said", () => {
  const file = Buffer.from(`MD5,Class,Scheme\n${md5(1)},schwerwiegend f\u00fcr,x\n`, "latin1");
  const { entries, remarks } = readList(file);
  expect(entries).toMatchObject([{ code: "schwerwiegend für" }]);
  expect(remarks).toEqual(["encoding: Latin-1, which nothing in the file says"]);
});

describe("what is wrong is named by its column, with the beginning of what stands there:", () => {
  test.each([
    ["a digit too few", `MD5 Hash\n${md5(1).slice(1)}`, "MD5 Hash", '"12345678…" has 31 hex digits; MD5 takes 32'],
    ["no hex", `MD5\n${md5(1).slice(1)}x`, "MD5", "holds something else than hex digits"],
    ["a number that a spreadsheet made of it", "MD5\n1.23457E+31", "MD5", "holds something else"],
    ["the empty file", "MD5\nD41D8CD98F00B204E9800998ECF8427E", "MD5", "the hash of the empty file"],
    ["64 zeros", `SHA256\n${"0".repeat(64)}`, "SHA256", "one digit again and again"],
    ["another kind", `Hash,Type,HashType\n${md5(1)},a,CRC`, "Hash", 'of the kind "CRC"'],
    ["no kind at all", "Hash\nabc", "Hash", "is no hash of 32, 40 or 64 hex digits"],
    ["two hashes of one kind", `MD5,MD5 Hash\n${md5(1)},${md5(2)}`, "MD5 Hash", "another MD5 than the one before"],
    ["no hash", `MD5,Name\n,a`, "line", "has no hash"],
    ["too few fields", `MD5,Name,Size\n${md5(1)},a`, "line", "has 2 fields; its header has 3"],
    ["too many fields", `MD5,Name\n${md5(1)},a,b`, "line", "has 3 fields; its header has 2"],
    ["a lone quotation mark", `MD5,Name\n${md5(1)},"a`, "line", "quotation mark out of place"],
    ["a size that is none", `MD5,File Size\n${md5(1)},12 KB`, "File Size", "is no whole number of bytes"],
    ["a low quality", `PDQ,PDQ quality\n${pdq(1)},12`, "quality", "12 is below the 50 of the set"],
  ])("%s", (_, file, field, problem) => {
    const { entries, faults } = readList(file);
    expect(entries).toEqual([]);
    expect(faults).toEqual([{ line: 2, field, problem: expect.stringContaining(problem) }]);
    expect(JSON.stringify(faults)).not.toMatch(/[0-9a-f]{16}/i);
  });

  test("of a row of which one hash is wrong, none is taken", () => {
    const { entries, faults } = readList(`MD5,SHA1\n${md5(1)},${md5(1)}\n`);
    expect([entries, faults.map(({ field }) => field)]).toEqual([[], ["SHA1"]]);
  });
});

test("a line that lists hashes names no columns", () => {
  expect(() => readList(`md5,${md5(1)},,,,,\n`)).toThrow(/name its columns/);
});

test.each(["d", '"', "é", " "])("what no table is cut by is no delimiter: %j", (sign) => {
  expect(() => readList(`sep=${sign}\nMD5${sign}Name\n"${md5(1)}"1${sign}"b"\n`)).toThrow(Problem);
});
