import { Schemes } from "@ntd/schemes";
import { Problem } from "@ntd/service";
import { describe, expect, test } from "vitest";
import { EntryClasses } from "../classes/entry-classes.ts";
import { COLUMNS } from "../formats/entry-line.ts";
import { NAMED_FAULTS, ReleaseReader } from "./release-reader.ts";

const HEADER = COLUMNS.join();
const hex = (n: number) => n.toString(16).padStart(32, "0");
const md5 = (n: number) => `md5,${hex(n)},,,,,`;

function read(file: string) {
  const reader = new ReleaseReader({ pdqQuality: 50, isNegative: false });
  const entries = [...reader.push(Buffer.from(file)), ...reader.end()];
  return { reader, entries, lines: entries.map(({ line }) => line) };
}

test("entries come with the number of their line; blank lines count and are none", () => {
  const { entries, lines, reader } = read(`${HEADER}\n${md5(1)}\n\n${md5(2)}\n  \n${md5(3)}`);
  expect(lines).toEqual([2, 4, 6]);
  expect(entries.map(({ value }) => value)).toEqual([hex(1), hex(2), hex(3)]);
  expect(reader.faultCount).toBe(0);
});

test("a list may tell the size of its files", () => {
  const { entries, reader } = read(`${HEADER},size\n${md5(1)},1234\n${md5(2)},\n${md5(3)},4294967296\n${md5(4)}`);
  expect(entries.map(({ value, size }) => [value, size])).toEqual([
    [hex(1), 1234],
    [hex(2), undefined],
  ]);
  expect(reader.faults).toMatchObject([
    { line: 4, field: "size" },
    { line: 5, field: "line", problem: "has 7 fields; it takes 8" },
  ]);
});

test("a list may take entries back, each with its cause", () => {
  const { entries, reader } = read(
    `${HEADER},size,revoked\n${md5(1)},,\n${md5(2)},,wrong-file\n${md5(3)},7,Withdrawn_by_contributor\n${md5(4)},,bad`,
  );
  expect(entries.map(({ revoked }) => revoked)).toEqual([
    undefined,
    "REVOCATION_CAUSE_WRONG_FILE",
    "REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR",
  ]);
  expect(reader.faults).toMatchObject([{ line: 5, field: "revoked" }]);
});

test("a byte order mark, CRLF, quotation marks and spaces are taken", () => {
  const { entries } = read(`\uFEFF${HEADER}\r\n "md5" , "${hex(1)}" ,,"iwf","A, first",2,"x ""y"""\r\n`);
  expect(entries).toMatchObject([{ value: hex(1), scheme: "iwf", code: "A, first", votes: 2, sourceId: 'x "y"' }]);
});

test("lines with and without quotation marks keep their order, also their faults", () => {
  const quoted = (n: number) => `"md5","${hex(n)}",,,,,`;
  const { reader, lines } = read([HEADER, quoted(1), md5(2), '"md5","xyz",,,,,', "md5,xyz,,,,,", quoted(5)].join("\n"));
  expect(lines).toEqual([2, 3, 6]);
  expect(reader.faults.map(({ line }) => line)).toEqual([4, 5]);
});

test("all faults are counted, the first thousand named by line, and good lines around them are read", () => {
  const bad = Array.from({ length: NAMED_FAULTS + 5 }, () => "md5,xyz,,,,,").join("\n");
  const { reader, lines } = read(`${HEADER}\n${md5(1)}\n${bad}\n${md5(2)}\n`);
  expect(reader.faultCount).toBe(NAMED_FAULTS + 5);
  expect(reader.faults.length).toBe(NAMED_FAULTS);
  expect(reader.faults[0]).toMatchObject({ line: 3, field: "value" });
  expect(lines).toEqual([2, NAMED_FAULTS + 8]);
});

test("a quotation mark that is never closed spoils its own line alone", () => {
  const { reader, lines } = read(
    `${HEADER}\n${md5(1)}\nmd5,"${hex(2)},,,,,\n${md5(3)}\nmd5,${hex(4)},,"iwf,A,,\n${md5(5)}`,
  );
  expect(lines).toEqual([2, 4, 6]);
  expect(reader.faults.map(({ line, field }) => [line, field])).toEqual([
    [3, "line"],
    [5, "line"],
  ]);
});

test("a line that is too long is a fault of that line", () => {
  const { reader, lines } = read(`${HEADER}\n${md5(1)}\n${"x".repeat(100_000)}\n${md5(3)}`);
  expect(reader.faults).toMatchObject([{ line: 3, field: "line" }]);
  expect(lines).toEqual([2, 4]);
});

describe("a file is refused", () => {
  test.each([
    ["that is empty", "", "empty"],
    ["without a header", md5(1), "name its columns in its first line"],
    ["of a StopNCII feed", '{"count":1,"hashRecords":[{"hashValue":"00"}]}', "StopNCII"],
    ["of a page that asks for a login", "<!DOCTYPE html><html><title>Log in</title>", "an HTML page"],
    ["of another kind", "PK\u0003\u0004rest", "a ZIP archive"],
    ["of blanks", " \n\n ", "empty"],
  ])("%s", (_, file, sentence) => {
    const problem = (() => {
      try {
        read(file);
        return undefined;
      } catch (error) {
        return Problem.from(error);
      }
    })();
    expect(problem?.reason).toBe("FIELD_INVALID");
    expect(problem?.message).toContain(sentence);
  });
});

test("a list of abuse material fills no set that speaks against it", () => {
  const reader = new ReleaseReader({ pdqQuality: 50, isNegative: true });
  const vics = '{"odata.metadata":"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media","value":[]}';
  reader.push(Buffer.from(vics));
  expect(() => reader.end()).toThrow(/VICS JSON lists abuse material/);
});

test("a PDQ of less quality than its set asks for is a fault, unless it is taken back", () => {
  const pdq = `pdq,${"0123456789abcdef".repeat(4)},49,,,,`;
  const { entries, reader } = read(`${HEADER},revoked\n${pdq},\n${pdq},wrong-file\n`);
  expect(entries.map(({ revoked }) => revoked)).toEqual(["REVOCATION_CAUSE_WRONG_FILE"]);
  expect(reader.faults).toMatchObject([{ line: 2, field: "quality", problem: expect.stringContaining("49 is below") }]);
});

test("a format can be said, and is then not looked for", () => {
  const reader = new ReleaseReader({ pdqQuality: 50, isNegative: false, format: "LIST_FORMAT_NTD_CSV" });
  reader.push(Buffer.from(`MD5\n${hex(1)}\n`));
  expect(() => reader.end()).toThrow(/line 1 is not the header/);
});

test("a class that its scheme does not have is told once a record, by what the file calls it", () => {
  const scheme = { scheme: "interpol-baseline", version: "1", title: "", source: "", isForLists: true };
  const schemes = new Schemes([{ ...scheme, codes: [{ code: "BASELINE", title: "", isIllegal: true }] }], "", []);
  const reader = new ReleaseReader({ pdqQuality: 50, isNegative: false, classes: new EntryClasses(schemes, "") });
  const row = (n: number, word: string) => `${hex(n)},${hex(n)}${"0".repeat(8)},${word}`;
  reader.push(Buffer.from(["MD5,SHA-1,Baseline Category", row(1, "yes"), row(2, "maybe"), row(3, "soon")].join("\n")));
  expect(reader.end().map(({ line }) => line)).toEqual([2, 2]);
  expect(reader.faults).toMatchObject([
    { line: 3, field: "Baseline Category", value: "maybe" },
    { line: 4, field: "Baseline Category", value: "soon" },
  ]);
  expect([reader.rows, reader.faultCount, [...reader.refused]]).toEqual([4, 2, [["REFUSED_REASON_CLASSIFICATION", 2]]]);
});
