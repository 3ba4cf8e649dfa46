import { expect, test } from "vitest";
import { hashes, readList } from "../../test/read-list.ts";

const { md5, sha256, pdq } = hashes;
const told = ({ entries }: ReturnType<typeof readList>) =>
  entries.map(({ line, algorithm, value }) => [line, algorithm, value]);

test("a kind and a signal a line; what is no hash of a picture or film is left out", () => {
  const read = readList(`pdq ${pdq(1)}\n\nvideo_md5 ${md5(2)}\nurl https://example.org/a b\nsha256 ${sha256(3)}\n`);
  expect([read.format, read.faults]).toEqual(["LIST_FORMAT_THREATEXCHANGE", []]);
  expect(told(read)).toEqual([
    [1, "PDQ", pdq(1)],
    [3, "MD5", md5(2)],
    [5, "SHA256", sha256(3)],
  ]);
  expect(read.remarks).toEqual([expect.stringContaining("PDQ without a quality"), "left out: 1 url"]);
});

test("a film is the array of its frames", () => {
  const frames = [`${pdq(1)},80,0.000`, `${pdq(2)},9,1.500`];
  const read = readList(
    `vpdq ${JSON.stringify(frames)}\nvpdq ["${frames.join('", "')}"]\nvpdq ["${pdq(1)}"]\nvpdq [\n`,
  );
  const value = `${pdq(1)}5000000000${pdq(2)}09000005dc`;
  expect(told(read)).toEqual([
    [1, "VPDQ", value],
    [2, "VPDQ", value],
  ]);
  expect(read.faults.map(({ line, field }) => [line, field])).toEqual([
    [3, "signal"],
    [4, "signal"],
  ]);
});

test("the table that tx keeps has no header: 64 digits are a PDQ", () => {
  const read = readList(`${pdq(1)},4940434029368246,2022-03-01T10:00:00+0000,"media_type_photo te_stix"\n`);
  expect(read.format).toBe("LIST_FORMAT_THREATEXCHANGE");
  expect(told(read)).toEqual([[1, "PDQ", pdq(1)]]);
});

test("that of Hasher-Matcher-Actioner names the indicator; what was tagged as an error is left out", () => {
  const row = (n: number, tags: string) => `${md5(n)},123456789${n},9876543210,1646128800,"${tags}"\n`;
  const read = readList(row(1, "a b") + row(2, "a false_positive"));
  expect(read.entries).toMatchObject([{ algorithm: "MD5", value: md5(1), sourceId: "1234567891" }]);
  expect(read.remarks).toEqual([expect.stringContaining("left out: 1 row")]);
});

test("an export with a header is read by it", () => {
  const header = "id,indicator,type,status,owner";
  const rows = [
    `1,${pdq(1)},HASH_PDQ,MALICIOUS,x`,
    `2,${pdq(2)},HASH_PDQ,NON_MALICIOUS,x`,
    `3,https://a.example,URI,MALICIOUS,x`,
  ];
  const read = readList([header, ...rows].join("\n"));
  expect(read.entries).toMatchObject([{ algorithm: "PDQ", value: pdq(1), sourceId: "1", quality: 50 }]);
  expect([read.format, read.faults]).toEqual(["LIST_FORMAT_THREATEXCHANGE", []]);
});

test("a signal that is no hash, and a line without a kind, are faults", () => {
  const { faults } = readList(`pdq ${pdq(1)}\npdq ${md5(1)}\n${md5(1)}\npdq ${pdq(1)} more\n`);
  expect(faults.map(({ line, field }) => [line, field])).toEqual([
    [2, "signal"],
    [3, "line"],
    [4, "line"],
  ]);
});

test("JSON of ThreatExchange is named", () => {
  expect(() => readList('{"data":[{"indicator":"0123","type":"HASH_PDQ"}]}')).toThrow(/ThreatExchange JSON; export/);
});

test("kinds of signals that are no hash of a picture are left out, however they are called", () => {
  const others = [
    "UNCLICKABLE_URL [h]ttps://a.example",
    "HASH_URL_MD5 " + md5(9),
    "URI https://a.example",
    "RAW_URI a",
  ];
  const read = readList(
    [...others, "trend_query {}", "raw_text a b", `HASH_PDQ ${pdq(1)}`, `HASH_MD5 ${md5(2)}`].join("\n"),
  );
  expect([read.format, read.faults]).toEqual(["LIST_FORMAT_THREATEXCHANGE", []]);
  expect(told(read)).toEqual([
    [7, "PDQ", pdq(1)],
    [8, "MD5", md5(2)],
  ]);
  expect(read.remarks.filter((one) => one.startsWith("left out"))).toEqual([
    "left out: 1 UNCLICKABLE_URL",
    "left out: 1 HASH_URL_MD5",
    "left out: 1 URI",
    "left out: 1 RAW_URI",
    "left out: 1 trend_query",
    "left out: 1 raw_text",
  ]);
});

test("signals without their kind are read where the format is said: 64 digits are a PDQ", () => {
  const file = `${pdq(1)}\n\n${md5(2).toUpperCase()}\n${md5(3).slice(1)}\n`;
  const read = readList(file, { format: "LIST_FORMAT_THREATEXCHANGE" });
  expect(told(read)).toEqual([
    [1, "PDQ", pdq(1)],
    [3, "MD5", md5(2)],
  ]);
  expect(read.faults.map(({ line }) => line)).toEqual([4]);
  expect(read.remarks[0]).toContain("64 digits taken for PDQ");
});
