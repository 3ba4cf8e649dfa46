import { describe, expect, test } from "vitest";
import { hashes, readList } from "../../test/read-list.ts";

const { md5, sha1, sha256 } = hashes;
const UK = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Media";
const V13 = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media";
const set = (...records: object[]) => JSON.stringify({ "@odata.context": UK, value: records });
const record = (n: number, more: object = {}) => ({ MediaID: n, MD5: md5(n).toUpperCase(), Category: 1, ...more });
const told = ({ entries }: ReturnType<typeof readList>) =>
  entries.map(({ line, algorithm, value }) => [line, algorithm, value]);

/** As distributed, with everything that a record can have. */
const WHOLE = {
  MediaID: "17",
  MD5: md5(1).toUpperCase(),
  SHA1: sha1(1).toUpperCase(),
  Category: 2,
  MediaSize: "488",
  DateUpdated: "2023-06-07T02:31:49.8300Z",
  VictimIdentified: "true",
  OffenderIdentified: "false",
  IsDistributed: true,
  IsPrecategorized: "true",
  Series: "Name of a series",
  Tags: ["a", "b"],
  PhotoDNA: "A".repeat(192),
  AlternativeHashes: [
    { HashName: "SHA-256", HashValue: sha256(1) },
    { HashName: "PhotoDNA", HashValue: "A".repeat(192) },
    { HashName: "Unheard", HashValue: "x" },
  ],
  Exifs: [{ MD5: md5(1), PropertyName: "GPSLatitude", PropertyValue: "3.1" }],
  MediaFiles: [{ MD5: md5(1), FileName: "some name.jpg", FilePath: "C:\\Users\\Somebody" }],
};

test("a set of 2.0: hashes, class of its country and size are kept; series, victims, places and names are not", () => {
  const { format, entries, faults, remarks } = readList(set(WHOLE));
  expect([format, faults]).toEqual(["LIST_FORMAT_VICS_JSON", []]);
  const kept = { scheme: "vics-uk", code: "2", size: 488, sourceId: `md5:${md5(1)}`, votes: 1, quality: 0, line: 1 };
  expect(entries).toEqual([
    { algorithm: "MD5", value: md5(1), ...kept },
    { algorithm: "SHA1", value: sha1(1), ...kept },
    { algorithm: "SHA256", value: sha256(1), ...kept },
  ]);
  expect(remarks).toEqual(["left out: 2 PhotoDNA"]);
});

describe("each shape of it is read:", () => {
  const [a, b] = [record(1), record(2)];
  const both = [
    [1, "MD5", md5(1)],
    [2, "MD5", md5(2)],
  ];
  test.each([
    ["1.3", JSON.stringify({ "odata.metadata": V13, value: [a, b] }), both],
    ["2.0", set(a, b), both],
    ["on many lines, the first of which is {", JSON.stringify({ "@odata.context": UK, value: [a, b] }, null, 2), both],
    ["with a byte order mark", `\uFEFF${set(a, b)}`, both],
    ["in UTF-16", Buffer.from(`\uFEFF${set(a, b)}`, "utf16le"), both],
    ["records alone", JSON.stringify([a, b]), both],
    ["keys in other cases", set({ mediaid: 1, md5: md5(1), CATEGORY: "1" }, b), both],
    ["null and empty for nothing", set({ ...a, SHA1: "", MediaSize: null }, b), both],
    [
      "keys that are not known",
      set({ ...a, "odata.id": "x", "MediaFiles@odata.navigationLinkUrl": "y", z: [[{}]] }, b),
      both,
    ],
    [
      "cases of 2.0",
      JSON.stringify({
        "@odata.context": UK.replace("#Media", "#Cases"),
        value: [
          { CaseID: "{1}", Media: [a] },
          { CaseID: "{2}", Media: [b] },
        ],
      }),
      [
        [2, "MD5", md5(1)],
        [4, "MD5", md5(2)],
      ],
    ],
  ])("%s", (_, file, expected) => {
    const read = readList(file, {}, 7);
    expect([told(read), read.faults]).toEqual([expected, []]);
  });

  test.each([
    [UK, "vics-uk"],
    [UK.replace("UK", "US"), "vics-us"],
    [V13, "vics"],
  ])("of %s the classes are %s", (context, scheme) => {
    const { entries } = readList(JSON.stringify({ "@odata.context": context, value: [record(1)] }));
    expect(entries).toMatchObject([{ scheme, code: "1" }]);
  });
});

test("records without a class, and of classes that stand for lawful files somewhere, are left out and counted", () => {
  const categories = [1, "3", 0, null, "", 4, 5, 4];
  const { entries, remarks, faults } = readList(set(...categories.map((Category, n) => record(n, { Category }))));
  expect(entries.map(({ code }) => code)).toEqual(["1", "3"]);
  expect(faults).toEqual([]);
  expect(remarks).toEqual([
    "left out: 3 records without a category, which nobody judged to be unlawful",
    expect.stringContaining("left out: 2 records of category 4"),
    expect.stringContaining("left out: 1 record of category 5"),
  ]);
});

test("a file of 4 GiB and more has no size, and is listed", () => {
  const { entries } = readList(set(record(1, { MediaSize: 5_000_000_000 })));
  expect(entries).toHaveLength(1);
  expect(entries[0]).not.toHaveProperty("size");
});

describe("what is wrong is named by its record and field:", () => {
  test.each([
    ["no MD5", { MD5: "" }, "MD5", "is missing"],
    ["an MD5 that is none", { MD5: "abc" }, "MD5", "has 3 hex digits"],
    ["the empty file", { MD5: "D41D8CD98F00B204E9800998ECF8427E" }, "MD5", "the empty file"],
    ["the SHA-1 of the empty file", { SHA1: "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709" }, "SHA1", "the empty file"],
    ["a size that is none", { MediaSize: "many" }, "MediaSize", '"many" is no whole number'],
    ["a category that is none", { Category: "A" }, "Category", '"A" is no whole number'],
    ["a field that stands twice", { md5: md5(9) }, "md5", "stands there twice"],
    ["a category that stands twice, once as nothing", { category: null }, "category", "stands there twice"],
    ["a category within brackets", { Category: [1] }, "Category", "is no text and no number"],
    ["an MD5 that is an object", { MD5: { a: md5(2) } }, "MD5", "is no text and no number"],
    [
      "another MD5 of the same file",
      { AlternativeHashes: [{ HashName: "MD5", HashValue: md5(3) }] },
      "AlternativeHashes MD5",
      "another MD5 than the one before",
    ],
    [
      "an alternative hash",
      { AlternativeHashes: [{ HashName: "SHA256", HashValue: "abc" }] },
      "AlternativeHashes SHA256",
      "has 3 hex digits",
    ],
  ])("%s", (_, more, field, problem) => {
    const { entries, faults } = readList(set(record(1), record(2, more)));
    expect(entries.map(({ line }) => line)).toEqual([1]);
    expect(faults).toEqual([{ line: 2, field, problem: expect.stringContaining(problem) }]);
  });
});

describe("a file that is not whole, or none, is refused:", () => {
  test.each([
    ["one that breaks off", set(record(1), record(2)).slice(0, -20), /breaks off in record 2/],
    ["one that breaks off in a word", set(record(1)).slice(0, 100), /breaks off in its beginning/],
    ["one with something behind it", `${set(record(1))}{}`, /record 1 or behind it is no JSON/],
    ["one without a comma", set(record(1)).replace(',"Category"', '"Category"'), /record 1 or behind it is no JSON/],
    ["one with a bracket too many", set(record(1)).replace("}]", "}]]"), /is no JSON/],
    ["one with keys of no text", '{"odata.metadata":"",1:2}', /is no JSON/],
    [
      "one whose context stands last",
      JSON.stringify({ value: [record(1)], "@odata.context": UK }),
      /behind its records/,
    ],
    [
      "one of two countries",
      set(record(1)).replace("{", `{"odata.metadata":${JSON.stringify(UK.replace("UK", "US"))},`),
      /two contexts, of vics-us and of vics-uk/,
    ],
    [
      "one whose records stand there twice",
      set(record(1)).replace(/}$/, `,"value":[${JSON.stringify(record(2))}]}`),
      /its value stands there twice/,
    ],
    ["one whose records are none", set({ Category: 1 }), /neither MD5 nor MediaID/],
    ["another JSON", '{"a":[1]}', /a JSON that is no VICS/],
  ])("%s", (_, file, sentence) => {
    expect(() => readList(file)).toThrow(sentence);
  });
});

test("objects of any size are passed over; a value that is larger than any, and a depth that is deeper, are refused", () => {
  const files = Array.from({ length: 20_000 }, (_, i) => ({ FileName: `name ${i}`, FilePath: "x".repeat(50) }));
  expect(told(readList(set(record(1, { MediaFiles: files }))))).toEqual([[1, "MD5", md5(1)]]);
  const comments = "x".repeat(1_200_000);
  expect(() => readList(set(record(1, { Comments: comments })), {}, 16_384)).toThrow(/record 1 has a value of over/);
  expect(() => readList(`{"odata.metadata":"ProjectVic","value":${"[".repeat(100)}`)).toThrow(/more than 64 deep/);
});

test("an alternative hash has blanks around as others have, and stands there once", () => {
  const of = (inside: string) => set(record(1)).replace('"Category"', `"AlternativeHashes":[{${inside}}],"Category"`);
  const [name, value] = ['"HashName":"SHA-1"', `"HashValue":" ${sha1(1)} "`];
  expect(told(readList(of(`${value},${name}`)))).toEqual([
    [1, "MD5", md5(1)],
    [1, "SHA1", sha1(1)],
  ]);
  const { entries, faults } = readList(of(`${name},${value},"HashValue":"${sha1(2)}"`));
  expect(entries).toEqual([]);
  expect(faults).toEqual([{ line: 1, field: "AlternativeHashes", problem: "stands there twice, and differs" }]);
});

test("names that objects have by themselves are names like any", () => {
  const file = set(record(1)).replace('{"MediaID"', '{"__proto__":{"Category":3},"constructor":null,"MediaID"');
  expect(readList(file).entries).toMatchObject([{ value: md5(1), code: "1" }]);
});

describe("each way in which exporters write a field is read:", () => {
  test.each<[string, object]>([
    ["a date with four fractional digits", { DateUpdated: "2023-06-07T02:31:49.8300Z" }],
    ["a date of .NET", { DateUpdated: "/Date(1686105109830)/" }],
    ["a date with two zones", { DateUpdated: "2023-06-07T02:31:49+01:00Z" }],
    ["a date out of range", { DateUpdated: "9999999-99-99T99:99:99Z" }],
    ["an id as a number", { MediaID: 17 }],
    ["words for true", { VictimIdentified: "true", OffenderIdentified: true, IsDistributed: "false", IsSuspected: "" }],
    ["a series that is an object", { Series: { Name: "x" } }],
    ["tags as a list within a text", { Tags: "a,b" }],
    [
      "EXIF under its other name",
      { MediaMetadata: [{ MD5: md5(9), PropertyName: "GPSLatitude", PropertyValue: "3" }] },
    ],
    [
      "a type, comments and a path",
      { MimeType: "image/jpeg", Comments: "x", RelativeFilePath: "a\\b", SelfGenerated: "true" },
    ],
    [
      "an owner of a place",
      { MediaFiles: [{ MD5: md5(9), PhysicalLocation: 1, ParentMD5: md5(8), Unallocated: "true" }] },
    ],
    ["links", { "odata.id": "x", "MediaFiles@odata.navigationLinkUrl": "y", "Exifs@odata.navigationLinkUrl": "z" }],
  ])("%s", (_, more) => {
    const { entries, faults, remarks } = readList(set(record(1, more)));
    expect([entries.map(({ value, code }) => [value, code]), faults, remarks]).toEqual([[[md5(1), "1"]], [], []]);
  });

  test("a case of 1.x", () => {
    const context = V13.replace("#Media", "#Cases");
    const one = { CaseID: "{0A}", CaseNumber: "7", TotalMediaFiles: 99, ContactName: "x", Media: [record(1)] };
    const { entries, faults } = readList(JSON.stringify({ "odata.metadata": context, value: [one] }));
    expect([entries.map(({ value, scheme }) => [value, scheme]), faults]).toEqual([[[md5(1), "vics"]], []]);
  });
});

test("that a record is said to be categorised is no category", () => {
  const { MD5, MediaID } = record(1);
  const said = { MediaID, MD5, IsPrecategorized: "true", PrecategorizationSource: "x" };
  const { entries, remarks } = readList(set(said, { ...said, Category: null }));
  expect([entries, remarks]).toEqual([[], [expect.stringContaining("left out: 2 records without a category")]]);
});
