import { expect, test } from "vitest";
import { hashes, readList } from "../../test/read-list.ts";

const { md5, sha1 } = hashes;

test("an export with semicolons: what is of the baseline says so, series and victims are not kept", () => {
  const header = '"ICSE ID";"MD5";"SHA1";"Series";"Baseline";"Victim identified"';
  const row = (n: number, baseline: string) =>
    `"${n}";"${md5(n).toUpperCase()}";"${sha1(n)}";"Name of a series";"${baseline}";"Yes"`;
  const { format, entries, remarks, faults } = readList(
    [header, row(1, "Yes"), row(2, "0"), row(3, "Not illegal")].join("\r\n"),
  );
  expect([format, faults]).toEqual(["LIST_FORMAT_ICSE_CSV", []]);
  expect(
    entries.map(({ algorithm, value, scheme, code, sourceId }) => [algorithm, value, scheme, code, sourceId]),
  ).toEqual([
    ["MD5", md5(1), "interpol-baseline", "BASELINE", "1"],
    ["SHA1", sha1(1), "interpol-baseline", "BASELINE", "1"],
    ["MD5", md5(2), "", "", "2"],
    ["SHA1", sha1(2), "", "", "2"],
  ]);
  expect(JSON.stringify(entries)).not.toContain("series");
  expect(remarks).toEqual([
    'columns that are not kept: "Series", "Victim identified"',
    "left out: 1 row of files that nobody judged to be unlawful",
  ]);
});
