import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EntriesPageReader, NoPage } from "./entries-page.ts";

const NS = "https://hashsharing.ncmec.org/hashsharing/v2";
const image = (n: number, hash = `<md5>${String(n).padStart(32, "0")}</md5>`) =>
  `<image><member id="1">M</member><timestamp>2017-10-24T15:00:00Z</timestamp><id>i${n}</id>` +
  `<classification>A1</classification><fingerprints>${hash}</fingerprints></image>`;
const gone = `<deletedVideo><member id="1">M</member><id>i9</id><timestamp>2017-10-24T15:00:00Z</timestamp></deletedVideo>`;
const page = (inside: string, next = "") =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<queryResult xmlns="${NS}">${inside}` +
  `${next && `<paging><next>${next}</next></paging>`}</queryResult>`;

function read(text: string, pieceLength = 50) {
  const reader = new EntriesPageReader();
  for (let at = 0; at < text.length; at += pieceLength) reader.push(text.slice(at, at + pieceLength));
  return reader.end();
}

test("a page tells what it counts, what comes next and how much there is", () => {
  const link =
    "/v2/entries?from=2017-10-20T00%3A00%3A00.000Z&amp;to=2017-10-30T00%3A00%3A00.000Z&amp;start=2001&amp;size=1000&amp;max=3000";
  const inside = `<images count="2">${image(1)}${image(2, "<pdna>x</pdna>")}</images><videos count="1">${gone}</videos>`;
  expect(read(page(inside, link))).toMatchObject({
    entries: 2,
    readable: 1,
    tombstones: 1,
    next: link.replaceAll("&amp;", "&"),
    expected: 3000,
    unknown: [],
  });
});

test("films are taken by the hashes of their files; what else is told of them is counted, with why it is not taken", () => {
  const film = image(
    4,
    `<md5>${"4".repeat(32)}</md5><tmk-pdqf rel="self" href="/v2/entries/1/fingerprints/TMK_PDQF"/>`,
  );
  const alone = image(5, '<tmk-pdqf rel="self" href="/x"/><videntifier/><ssvh-pdna>x</ssvh-pdna>');
  const inside = `<videos count="3">${film}${alone}${gone}</videos>`.replaceAll("image>", "video>");
  const { left, readable, listed } = read(page(inside));
  expect(left).toEqual({ "BEHIND_LINK tmk-pdqf": 2, "BEHIND_LINK videntifier": 1, "UNREAD ssvh-pdna": 1 });
  expect([readable, listed[0]?.hashes]).toEqual([1, [`md5:${"4".repeat(32)}`]]);
});

test("what has no member or id, or one of over 1,000 characters, is passed over and named; a page of nothing else is none", () => {
  const withId = (id: string) => image(1).replace(/<id>.*<\/id>/, id);
  const nameless = [withId(""), withId(`<id>${"x".repeat(1001)}</id>`), image(2).replace('id="1"', "")];
  const { listed, unknown } = read(page(`<images count="4">${nameless.join("")}${image(3)}</images>`));
  expect([listed.map(({ id }) => id), unknown]).toEqual([["i3"], ["images/image without member or id"]]);
  expect(() => read(page(`<images count="3">${nameless.join("")}</images>`))).toThrow(/None of its 3 entries has/);
});

test("an entry has twenty hashes at most, as lists here take; the others are named", () => {
  const many = Array.from({ length: 2000 }, (_, n) => `<md5>${String(n).padStart(32, "0")}</md5>`).join("");
  const { listed, unknown } = read(page(`<images count="1">${image(1, many)}</images>`), 64 * 1024);
  expect([listed[0]?.hashes.length, unknown]).toEqual([20, ["fingerprints of one entry beyond 20"]]);
});

test("entries are told by member and id, with their hashes; what another member disagrees with says so", () => {
  const disputed = image(3, "<sha1>\n ABC </sha1><md5>x!</md5><sha1>abc</sha1>").replace(
    "</fingerprints>",
    '</fingerprints><feedback><negativeFeedback type="Md5"><members><member id="9">N</member></members></negativeFeedback></feedback>',
  );
  const { listed, unknown } = read(
    page(`<images count="2">${image(1)}${disputed}</images><videos count="1">${gone}</videos>`),
  );
  const time = new Date("2017-10-24T15:00:00Z");
  expect(listed).toEqual([
    {
      member: "1",
      id: "i1",
      time,
      code: "A1",
      hashes: [`md5:${"1".padStart(32, "0")}`],
      isDisputed: false,
      isGone: false,
    },
    { member: "1", id: "i3", time, code: "A1", hashes: ["sha1:abc"], isDisputed: true, isGone: false },
    { member: "1", id: "i9", time, code: "", hashes: [], isDisputed: false, isGone: true },
  ]);
  expect(unknown).toEqual(["fingerprints that are no hex/md5"]);
});

test("the last one, and one of nothing", () => {
  expect(read(page('<images count="0"/><videos count="0"/>'))).toEqual({
    entries: 0,
    readable: 0,
    tombstones: 0,
    listed: [],
    unknown: [],
  });
});

test("what is new beside the entries is kept out of the way, and named", () => {
  const inside = `<images count="1">${image(1).replace("<id>", "<series>x</series><id>")}</images><texts count="1"><text/></texts>`;
  expect(read(page(inside))).toMatchObject({ entries: 1, unknown: ["images/image/series", "texts", "texts/text"] });
});

describe("a page that is not what the API says is named for what it is:", () => {
  const whole = page(`<images count="2">${image(1)}${image(2)}</images>`, "/next");
  test.each([
    ["half of it", whole.slice(0, -80), "breaks off"],
    ["half of the entries", whole.replace('count="2"', 'count="1000"'), "said to be 1000, and 2 came"],
    [
      "a new kind of entry",
      whole.replaceAll(/(<\/?)image>/g, "$1picture>"),
      "0 came: half a page; it has images/picture",
    ],
    ["a count that is none", whole.replace('count="2"', 'count="many"'), 'a count of "many"'],
    ["a login", "<html><body>Please log in</body></html>", 'no queryResult of hash sharing v2, but a "html"'],
    ["JSON", '{"error": "x"}', "no XML that can be read"],
    ["another version", whole.replace("hashsharing/v2", "hashsharing/v3"), "no queryResult of hash sharing v2"],
    ["a DTD", `<!DOCTYPE q [<!ENTITY a "b">]>${whole}`, "document type (DTD)"],
    ["nothing", "", "breaks off"],
  ])("%s", (_, text, sentence) => {
    expect(() => read(text)).toThrow(NoPage);
    expect(() => read(text)).toThrow(sentence);
  });
});

test("a page that was changed anywhere is no page, or lists no hash that does not stand in it", () => {
  const whole = page(
    `<images count="2">${image(1)}${image(2)}</images><videos count="1">${gone}</videos>`,
    "/v2/entries?max=3",
  );
  const change = fc.record({
    at: fc.nat(whole.length - 1),
    length: fc.nat(40),
    text: fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom("<", ">", "&", "</image>", "<image>", '"', "]]>", "<!--"),
    ),
  });
  fc.assert(
    fc.property(change, fc.integer({ min: 1, max: 200 }), ({ at, length, text }, pieceLength) => {
      const changed = whole.slice(0, at) + text + whole.slice(at + length);
      try {
        const { listed, entries, tombstones } = read(changed, pieceLength);
        expect(listed).toHaveLength(entries + tombstones);
        for (const { hashes } of listed) {
          for (const hash of hashes) expect(changed.toLowerCase()).toContain(hash.slice(hash.indexOf(":") + 1));
        }
      } catch (error) {
        expect(error).toBeInstanceOf(NoPage);
      }
    }),
    { numRuns: 500 },
  );
});
