import { Problem } from "@ntd/service";
import { describe, expect, test } from "vitest";
import { hashes, longestPieceMs, readList } from "./read-list.ts";

const { md5, pdq } = hashes;
const KB = 1024;
const PIECE = 16 * KB;
const NS = "https://hashsharing.ncmec.org/hashsharing/v2";
const XML = `<queryResult xmlns="${NS}"><images count="1">`;
const VICS = '{"odata.metadata":"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media","value":[';
const record = `{"MediaID":1,"MD5":"${md5(1)}"`;
const many = (n: number, of: (n: number) => string, between = "") =>
  Array.from({ length: n }, (_, i) => of(i)).join(between);

/** What becomes of a file: the sentence that refuses it, or how much was read and refused of it. */
function outcome(file: Uint8Array): string {
  try {
    const { entries, faults } = readList(file, {}, PIECE);
    return `${entries.length} entries, ${faults.length} faults: ${faults[0]?.problem ?? "none"}`;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

describe("made to hold others up or to fill a memory, it is read or refused by name, piece by piece:", () => {
  test.each<[string, string, RegExp]>([
    ["blank lines before anything", `${"\n".repeat(1000 * KB)}MD5\n${md5(1)}\n`, /begins with blanks alone/],
    ["lines of CR before anything", `${"\r".repeat(1000 * KB)}MD5\n${md5(1)}\n`, /begins with blanks alone/],
    [
      "a header that is none in the end",
      `MD5${",a".repeat(45 * KB)},${md5(1)}\n${"x\n".repeat(30)}`,
      /names its columns/,
    ],
    [
      "a table of many columns",
      `MD5${",a".repeat(40 * KB)}\n${md5(1)}\n`,
      /has 40961 columns; no list has more than 1000/,
    ],
    ["a table of 100,000 columns", `MD5${",a".repeat(100_000)}\n${md5(1)}\n`, /header has over 98304 characters/],
    ["columns of hashes alone", `${many(24 * KB, () => "md5", ",")}\n${many(12 * KB, String, ",")}\n`, /24576 columns/],
    [
      "films of a line that never ends",
      `pdq ${pdq(1)}\nvpdq [${'"a",'.repeat(500 * KB)}`,
      /^1 entries, 1 faults: has over/,
    ],
    [
      "films of nothing",
      `pdq ${pdq(1)}\n${`vpdq [${'"a",'.repeat(20 * KB)}"b"]\n`.repeat(10)}`,
      /^1 entries, 10 faults/,
    ],
    [
      "films within each other",
      `pdq ${pdq(1)}\nvpdq ${"[".repeat(40 * KB)}${"]".repeat(40 * KB)}\n`,
      /^1 entries, 1 faults/,
    ],
    ["one line without an end", `MD5\n${"a".repeat(4000 * KB)}`, /^0 entries, 1 faults: has over 98304 characters/],
    ["quotation marks that never close", `MD5,Name\n${`"${md5(1)},a\n`.repeat(50 * KB)}`, /mark out of place/],
    ["attributes", `${XML}<image ${many(100 * KB, (i) => `a${i}="1"`, " ")}>`, /has more than 100 attributes/],
    ["namespaces", `${XML}<image ${many(50 * KB, (i) => `xmlns:a${i}="b"`, " ")}>`, /has more than 100 attributes/],
    ["an attribute without an end", `${XML}<image a="${"x".repeat(2000 * KB)}`, /has a value of over 1 MiB/],
    [
      "a name without an end",
      `${XML}<image><id>1</id><fingerprints><${"hash".repeat(250 * KB)}x>1`,
      /breaks off|1 MiB/,
    ],
    [
      "a document type behind a declaration",
      `<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd">${XML}`,
      /DTD/,
    ],
    ["a thousand pages", `${XML.replace('"1"', '"0"')}</images></queryResult>`.repeat(3000), /^0 entries, 0 faults/],
    ["a number without an end", `${VICS}${record},"Category":${"1".repeat(2000 * KB)}`, /has a value of over/],
    ["a long number", `${VICS}${record},"Category":1.${"1".repeat(900 * KB)}}]}`, /^0 entries, 0 faults|"1.11|left/],
    ["a key without an end", `${VICS}${record},"${"K".repeat(2000 * KB)}`, /has a value of over/],
    ["blanks in JSON without an end", `${VICS}${record},${" ".repeat(2000 * KB)}`, /has a value of over/],
    ["depth in JSON", `${VICS}${'{"a":'.repeat(100 * KB)}`, /is more than 64 deep/],
    ["zero bytes", "\0".repeat(1000 * KB), /is none that is read/],
  ])("%s", (_, text, expected) => {
    const file = Buffer.from(text);
    expect(outcome(file)).toMatch(expected);
    expect(longestPieceMs(file)).toBeLessThan(100);
  });
});
