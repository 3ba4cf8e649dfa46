import { describe, expect, test } from "vitest";
import { hashes, readList } from "../../test/read-list.ts";

const { md5, sha1, pdq } = hashes;
const NS = "https://hashsharing.ncmec.org/hashsharing/v2";
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const listed = (n: number, more = "", member = 42, tag = "image") =>
  `<${tag}><member id="${member}">Example Member</member><timestamp>2017-10-24T15:00:00Z</timestamp><id>${tag}${n}</id>` +
  `<classification>A1</classification><fingerprints><md5>${md5(n)}</md5>${more}</fingerprints></${tag}>`;
const gone = (n: number, member = 42) =>
  `<deletedImage><member id="${member}">Example Member</member><id>image${n}</id><timestamp>2017-10-24T15:10:00Z</timestamp></deletedImage>`;
const kind = (name: string, items: string[]) =>
  `<${name} count="${items.length}" maxTimestamp="2017-10-24T15:10:00Z">\n${items.join("\n")}</${name}>`;
const page = (inside: string, next = "") =>
  `${DECLARATION}<queryResult xmlns="${NS}">${inside}${next && `<paging><next>${next}</next></paging>`}</queryResult>`;
const images = (...items: string[]) => page(kind("images", items));
const told = ({ entries }: ReturnType<typeof readList>) =>
  entries.map(({ line, algorithm, value }) => [line, algorithm, value]);

test("images and videos, with their classes; each member's entry has a name of its own", () => {
  const unclassed = listed(3, "", 7, "video").replace(/<classification>.*<\/classification>/, "");
  const file = page(
    kind("images", [listed(1, `<sha1>\n ${sha1(1)}\n</sha1><pdq>${pdq(1)}</pdq>`), listed(2, "", 43)]) +
      kind("videos", [unclassed]),
  );
  const { format, entries, faults } = readList(file);
  expect([format, faults]).toEqual(["LIST_FORMAT_NCMEC_XML", []]);
  expect(entries.map(({ line, algorithm, value, code, sourceId }) => [line, algorithm, value, code, sourceId])).toEqual(
    [
      [1, "MD5", md5(1), "A1", "42-image1"],
      [1, "SHA1", sha1(1), "A1", "42-image1"],
      [1, "PDQ", pdq(1), "A1", "42-image1"],
      [2, "MD5", md5(2), "A1", "43-image2"],
      [3, "MD5", md5(3), "", "7-video3"],
    ],
  );
  expect(entries.map(({ scheme }) => scheme)).toEqual(["ncmec", "ncmec", "ncmec", "ncmec", ""]);
});

test("what members took back is told by its name, and counted", () => {
  expect(readList(images(listed(1), gone(2))).remarks).toEqual(["left out: 1 entry that a member took back"]);
  const { withdrawn, remarks, entries } = readList(images(listed(1), gone(2), gone(2, 43)));
  expect(withdrawn).toEqual(["42-image2", "43-image2"]);
  expect(remarks).toEqual(["left out: 2 entries that a member took back"]);
  expect(entries).toHaveLength(1);
});

test("fingerprints of other kinds, and those behind a link, are left out and counted", () => {
  const others = '<pdna>a1a1...</pdna><tmk-pdqf rel="self" href="/v2/entries/1/fingerprints/TMK_PDQF"/><new>1</new>';
  const { entries, remarks, faults } = readList(
    images(listed(1, others), listed(2).replace(/<md5>.*<\/md5>/, "<pdna>1</pdna>")),
  );
  expect([entries.length, faults]).toEqual([1, []]);
  expect(remarks).toEqual([
    "left out: 2 PhotoDNA",
    "left out: 1 TMK+PDQF",
    'left out: 1 fingerprint "new"',
    "left out: 1 entry without a hash that is read here",
  ]);
});

test("members within feedback are not its uploader; who is disagreed with has no vote", () => {
  const members = '<members timestamp="2023-06-01T12:48:14Z"><member id="99">Other</member></members>';
  const feedback = (inside: string) =>
    `</fingerprints><feedback lastUpdateTimestamp="2023-06-01T12:48:14Z">${inside}</feedback></image>`;
  const withFeedback = (n: number, inside: string) => listed(n).replace("</fingerprints></image>", feedback(inside));
  const reasons = `<reasons><reason guid="1" name="x" type="Md5"/>${members}</reasons>`;
  const { entries, remarks } = readList(
    images(
      withFeedback(1, `<affirmativeFeedback type="Md5">${members}</affirmativeFeedback>`),
      withFeedback(2, `<negativeFeedback type="Md5">${reasons}</negativeFeedback>`),
    ),
  );
  expect(entries.map(({ sourceId, votes }) => [sourceId, votes])).toEqual([
    ["42-image1", 1],
    ["42-image2", 0],
  ]);
  expect(remarks).toEqual(["entries that another member disagrees with have no vote"]);
});

describe("each way to write it is read:", () => {
  const expected = [
    [1, "MD5", md5(1)],
    [2, "MD5", md5(2)],
  ];
  const both = images(listed(1), listed(2));
  test.each([
    ["as it is", both],
    ["without a declaration", both.replace(DECLARATION, "")],
    ["with a prefix", both.replaceAll(/<(\/?)(\w)/g, "<$1h:$2").replace("xmlns=", "xmlns:h=")],
    ["CRLF", both.replaceAll("\n", "\r\n")],
    ["UTF-16", Buffer.from(`\uFEFF${both}`, "utf16le")],
    ["a byte order mark", `\uFEFF${both}`],
    [
      "comments and CDATA",
      both.replace("<fingerprints>", "<!-- <md5>x</md5> --><fingerprints>").replace(md5(1), `<![CDATA[${md5(1)}]]>`),
    ],
    ["none of a kind", both.replace("</images>", '</images><videos count="0"/>')],
    [
      "pages, one behind the other",
      `${page(kind("images", [listed(1)]), "/v2/entries?start=2")}\n${images(listed(2))}\n`,
    ],
    ["pages with marks, on one line", `\uFEFF${page(kind("images", [listed(1)]), "/next")}\uFEFF${images(listed(2))}`],
  ])("%s", (_, file) => {
    for (const pieceBytes of [1, 13, 5000]) {
      const read = readList(file, {}, pieceBytes);
      expect([told(read), read.faults]).toEqual([expected, []]);
    }
  });
});

describe("what is wrong is named by its record and field:", () => {
  test.each([
    ["a hash that is none", listed(1, "<sha1>abc</sha1>"), "sha1", "has 3 hex digits"],
    ["the empty file", listed(1, "<sha1>da39a3ee5e6b4b0d3255bfef95601890afd80709</sha1>"), "sha1", "the empty file"],
    ["no member", listed(1).replace('id="42"', ""), "member", "is missing"],
    ["no id", listed(1).replace(/<id>.*<\/id>/, ""), "id", "is missing"],
    ["a class that is too long", listed(1).replace("A1", "A".repeat(201)), "classification", "has 201 characters"],
    ["an id of two lines", listed(1).replace("image1", "a\nb"), "id", "control character"],
    ["a class of two lines", listed(1).replace("A1", "A1&#10;B"), "classification", "control character"],
    ["two hashes of one kind", listed(1, `<md5>${md5(2)}</md5>`), "md5", "another MD5 than the one before"],
    [
      "something behind many blanks",
      listed(1).replace(md5(1), `${md5(1)}${" ".repeat(400)}z`),
      "md5",
      "than hex digits",
    ],
    ["a mark within a hash", listed(1).replace(md5(1), `z<b/>${md5(1)}`), "md5", "holds further marks"],
    ["a mark within an id", listed(1).replace("image1", "z<b/>image1"), "id", "holds further marks"],
    ["two ids", listed(1).replace("</id>", "</id><id>other</id>"), "id", "stands there twice"],
    ["two members", listed(1).replace("</member>", '</member><member id="7"/>'), "member", "stands there twice"],
    [
      "two classes",
      listed(1).replace("</classification>", "</classification><classification>B2</classification>"),
      "classification",
      "stands there twice",
    ],
    [
      "an id that goes on behind many blanks",
      listed(1).replace("image1", `a${" ".repeat(400)}b`),
      "id",
      "characters; at most 200",
    ],
    ["an id that is too long", listed(1).replace("image1", "i".repeat(250)), "id", "has 253 characters"],
  ])("%s", (_, item, field, problem) => {
    const { entries, faults } = readList(images(item));
    expect(entries).toEqual([]);
    expect(faults).toEqual([{ line: 1, field, problem: expect.stringContaining(problem) }]);
  });
});

describe("a file that is not whole, or none, is refused:", () => {
  const whole = images(listed(1), listed(2));
  const bomb = '<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>';
  test.each([
    ["one that breaks off", whole.slice(0, -60), /breaks off in record 2/],
    ["half a page", whole.replace('count="2"', 'count="1000"'), /said to be 1000, and 2 came/],
    ["one page of several", page(kind("images", [listed(1)]), "/v2/entries?start=2"), /more follow; send all pages/],
    ["a count that is none", whole.replace('count="2"', 'count="x"'), /a count of "x" is none/],
    ["one with a document type", whole.replace(DECLARATION, DECLARATION + bomb), /document type \(DTD\)/],
    ["one with an entity", whole.replace(md5(1), "&b;"), /is no XML that can be read/],
    ["one whose marks do not close", whole.replace("</fingerprints>", ""), /is no XML that can be read/],
    ["one with something behind it", `${whole}hello`, /is no XML that can be read/],
    ["another version", whole.replace("hashsharing/v2", "hashsharing/v3"), /is no queryResult of/],
    [
      "an answer that lists nothing",
      `${DECLARATION}<status xmlns="${NS}"><username>x</username></status>`,
      /lists nothing/,
    ],
    ["another XML", "<list><a/></list>", /an XML that is no NCMEC/],
    ["one that is too deep", whole.replace("<fingerprints>", "<x>".repeat(50)), /more than 32 deep/],
  ])("%s", (_, file, sentence) => {
    expect(() => readList(file)).toThrow(sentence);
  });

  test("a value that is larger than any", () => {
    const large = "x".repeat(1_200_000);
    for (const file of [
      images(listed(1, `<a>${large}</a>`)),
      images(listed(1, `<a b="${large}"/>`)),
      images(`<!--${large}-->`),
    ]) {
      expect(() => readList(file, {}, 16_384)).toThrow(/has a value of over|is no XML/);
    }
  });
});

test("every fingerprint that NCMEC names is read, or left out by its name; deleted videos take back as pictures do", () => {
  const kinds = ["netclean", "videntifier", "ssvh_pdna", "ssvh_safer_hash", "pdna", "tmk-pdqf"];
  const others = kinds.map((one) => `<${one}>1</${one}>`).join("");
  const gone2 = gone(2).replaceAll("deletedImage", "deletedVideo");
  const { entries, remarks, withdrawn, faults } = readList(
    page(kind("images", [listed(1, others)]) + kind("videos", [gone2]), ""),
  );
  expect([entries.length, faults, withdrawn]).toEqual([1, [], ["42-image2"]]);
  expect(remarks.filter((one) => one.includes("fingerprint"))).toEqual([]);
  expect(remarks).toHaveLength(kinds.length + 1);
});
