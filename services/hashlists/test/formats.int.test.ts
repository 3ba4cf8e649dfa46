import { randomUUID } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { MovableClock, Problem } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HEADER, newSet, startHashlists, upload } from "./bed.ts";
import { listsOf } from "./lists.ts";
import { longestTurnMs } from "./longest-turn.ts";
import { hashes } from "./read-list.ts";

let bed: TestBed;
let service: Awaited<ReturnType<typeof startHashlists>>;
beforeAll(async () => {
  bed = await startTestBed();
  service = await startHashlists(bed, new MovableClock());
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const { md5, sha1 } = hashes;
const FILES = 1500;
const lists = listsOf(FILES);
const problemOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => Problem.from(error),
  );

async function entriesOf(releaseId = "") {
  await service.ben.approveRelease({ requestId: randomUUID(), releaseId });
  return service.entries(releaseId);
}

/** What a release has, as `algorithm value`. */
async function listed(releaseId: string | undefined): Promise<string[]> {
  const entries = await entriesOf(releaseId);
  const texts = entries.map(({ fingerprint }) => [
    fingerprint?.algorithm,
    Buffer.from(fingerprint?.value ?? []).toString("hex"),
  ]);
  return texts.map((text) => text.join(" ")).toSorted();
}
const both = Array.from({ length: FILES }, (_, n) => [`ALGORITHM_MD5 ${md5(n)}`, `ALGORITHM_SHA1 ${sha1(n)}`])
  .flat()
  .toSorted();

describe("a list ends in the same entries, however it is written:", () => {
  test.each(lists)("$format", async ({ format, file }) => {
    const setId = await newSet(service.anna);
    const { release, problems } = await upload(service.anna, setId, file, { header: { fileName: "a list.txt" } });
    expect(problems).toEqual([]);
    expect(release).toMatchObject({ state: "RELEASE_STATE_VALIDATED", format, fileName: "a list.txt" });
    expect(release?.entryCount).toBe(BigInt(2 * FILES));
    expect(await listed(release?.releaseId)).toEqual(both);
    const { releases } = await service.ben.listReleases({ setId, pageSize: 0, pageToken: "" });
    expect(releases).toMatchObject([{ format, remarks: release?.remarks }]);
  });

  test.each([
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ])("packed with %s, in pieces of any size", async (_, pack) => {
    const setId = await newSet(service.anna);
    const { release } = await upload(service.anna, setId, pack(lists[1]?.file ?? ""), { chunkBytes: 777 });
    expect(await listed(release?.releaseId)).toEqual(both);
  });
});

test("what is packed wrongly leaves nothing, also where its end never comes", async () => {
  const setId = await newSet(service.anna);
  const packed = gzipSync(lists[0]?.file ?? "");
  const cut = await problemOf(upload(service.anna, setId, packed.subarray(0, -9)));
  expect(cut).toMatchObject({ reason: "FIELD_INVALID", message: expect.stringContaining("breaks off") });
  const behind = await problemOf(upload(service.anna, setId, Buffer.concat([packed, Buffer.alloc(500_000, 1)])));
  expect(behind).toMatchObject({ reason: "FIELD_INVALID", message: expect.stringContaining("what is packed") });
  // What it unpacks to is whole, and nobody says that the file is.
  const untold = await problemOf(upload(service.anna, setId, packed, { byteCount: null }));
  expect(untold).toMatchObject({ reason: "FIELD_INVALID", fields: [{ field: "trailer" }] });
  const { releases } = await service.anna.listReleases({ setId, pageSize: 0, pageToken: "" });
  expect(releases).toEqual([]);
});

test("a format that is said is not looked for; another one under the same request is another request", async () => {
  const setId = await newSet(service.anna);
  const file = `${HEADER}\nmd5,${md5(1)},,,,,\n`;
  const requestId = randomUUID();
  const said = { requestId, header: { format: "LIST_FORMAT_EXAMINER_CSV" as const } };
  const first = await upload(service.anna, setId, file, said);
  expect(first.release).toMatchObject({ format: "LIST_FORMAT_EXAMINER_CSV", entryCount: 1n });
  expect(await upload(service.anna, setId, file, said)).toEqual(first);
  expect(await problemOf(upload(service.anna, setId, file, { requestId }))).toMatchObject({
    reason: "REQUEST_ID_REUSED",
  });
  const none = await problemOf(upload(service.anna, setId, file, { header: { format: "LIST_FORMAT_VICS_JSON" } }));
  expect(none).toMatchObject({ reason: "FIELD_INVALID", message: expect.stringContaining("is no JSON") });
  const named = await problemOf(upload(service.anna, setId, file, { header: { fileName: "../a" } }));
  expect(named?.fields.map(({ field }) => field)).toEqual(["header.file_name"]);
});

test("a hash that a table has again is listed once; under another class nobody could say which holds", async () => {
  const setId = await newSet(service.anna);
  const rows = (n: number, of: (n: number) => string) => Array.from({ length: n }, (_, i) => of(i)).join("");
  const all = rows(1200, (i) => `${md5(i)},1\n`);
  const { release } = await upload(service.anna, setId, `MD5,Category\n${all}${all}${all}`);
  expect(release).toMatchObject({
    entryCount: 1200n,
    remarks: [expect.stringContaining("2400 hashes told again are listed once")],
  });
  expect(await listed(release?.releaseId)).toHaveLength(1200);
  const torn = await upload(service.anna, setId, `MD5,Category\n${all}${md5(7)},2\n`);
  expect(torn.release).toMatchObject({ state: "RELEASE_STATE_VALIDATED", problemCount: 1n, entryCount: 1200n });
  expect(torn.problems).toMatchObject([
    { line: 1202n, field: "value", problem: expect.stringContaining("the same hash as at 9,") },
  ]);
});

test("a list that may have classes in a column of an unknown name acts only if somebody says so", async () => {
  const setId = await newSet(service.anna);
  const rows = Array.from({ length: 30 }, (_, i) => `${md5(i)};${i % 2}`);
  const { release } = await upload(service.anna, setId, ["MD5;Luokka", ...rows, ""].join("\n"));
  expect(release).toMatchObject({ entryCount: 30n, classColumnCount: 1 });
  expect(release?.remarks.at(-1)).toContain('maybe classes, by which files may be called harmless: "Luokka"');
  const word = (more: object) => ({ requestId: randomUUID(), releaseId: release?.releaseId ?? "", ...more });
  for (const more of [{}, { confirmClassColumns: 2 }]) {
    const problem = await problemOf(service.ben.approveRelease(word(more)));
    expect(problem?.fields[0]?.field).toBe("confirm_class_columns");
    expect(problem?.message).toContain("1 column of the file may have classes, which are lost");
  }
  const approved = await service.ben.approveRelease(word({ confirmClassColumns: 1 }));
  expect(approved.release).toMatchObject({ state: "RELEASE_STATE_APPROVED", classColumnCount: 1 });
});

test("each member who lists a hash is a vote; what a member took back is not listed, wherever that stands", async () => {
  const setId = await newSet(service.anna);
  const image = (member: number, id: string, n: number) =>
    `<image><member id="${member}">M</member><id>${id}</id><fingerprints><md5>${md5(n)}</md5></fingerprints></image>`;
  const gone = (member: number, id: string) =>
    `<deletedImage><member id="${member}">M</member><id>${id}</id></deletedImage>`;
  const items = [
    gone(1, "first"),
    image(1, "first", 1),
    ...[1, 2, 3, 1].map((member, i) => image(member, `same-${i}`, 2)),
    image(4, "alone", 3),
    image(1, "last", 4),
    image(2, "other", 4),
    gone(1, "last"),
  ];
  const ns = "https://hashsharing.ncmec.org/hashsharing/v2";
  const file = `<queryResult xmlns="${ns}"><images count="${items.length}">${items.join("")}</images></queryResult>`;
  const { release } = await upload(service.anna, setId, file);
  expect(release).toMatchObject({ state: "RELEASE_STATE_VALIDATED", entryCount: 3n });
  const entries = await entriesOf(release?.releaseId);
  const votes = entries.map(({ fingerprint, votes: n }) => [Buffer.from(fingerprint?.value ?? []).toString("hex"), n]);
  expect(new Map(votes as [string, number][])).toEqual(
    new Map([
      [md5(2), 3],
      [md5(3), 1],
      [md5(4), 1],
    ]),
  );
});

test.each([
  [
    "of which all is left out",
    JSON.stringify({
      "odata.metadata": "http://x/ProjectVic/DataModels/1.3.xml/US/$metadata#Media",
      value: [1, 2, 3].map((n) => ({ MediaID: n, Category: n === 3 ? 4 : 0, MD5: md5(n) })),
    }),
    "the file lists nothing that is kept (left out: 2 records without a category, which nobody judged to be unlawful; " +
      "1 record of category 4, which is each country's own and stands for lawful files in some); " +
      "a list has at least one entry",
  ],
  ["of a header alone", "\uFEFFMD5;SHA1;Kategorie\r\n", "the file lists nothing; a list has at least one entry"],
])("a file %s is refused, and says why", async (_, file, description) => {
  const problem = await problemOf(upload(service.anna, await newSet(service.anna), file));
  expect(problem).toMatchObject({ reason: "FIELD_INVALID", fields: [{ field: "chunk", description }] });
});

describe("others have their turn while a hostile file is read:", () => {
  const KB = 1024;
  const vics = '{"odata.metadata":"ProjectVic","value":[';
  const ncmec = '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="1">';
  test.each([
    ["a text in JSON without an end", `${vics}{"MD5":"${"x".repeat(2000 * KB)}`],
    ["brackets in JSON", `${vics}${"[".repeat(200 * KB)}`],
    ["records of nothing", `${vics}{"MediaID":1,"MD5":"${md5(1)}"}${",{}".repeat(100 * KB)}`],
    ["escapes in JSON", `${vics}{"MD5":"${String.raw`\u0041`.repeat(50 * KB)}`],
    ["a text in XML without an end", `${ncmec}${"x".repeat(2000 * KB)}`],
    ["marks in XML", `${ncmec}${"<a>".repeat(100 * KB)}`],
    ["brackets in XML", `${ncmec}${"<".repeat(200 * KB)}`],
    ["attributes in XML", `${ncmec}<image ${Array.from({ length: 20 * KB }, (_, i) => `a${i}="1"`).join(" ")}`],
    ["ends of pages", `${ncmec}</images>${"</queryResult>".repeat(20 * KB)}`],
    ["a document type", `<!DOCTYPE queryResult [${'<!ENTITY a "b">'.repeat(20 * KB)}`],
    ["quotation marks in a table", `MD5;Name\n${`${'"";'.repeat(1000)}\n`.repeat(100)}`],
    ["columns", `MD5${",a".repeat(40 * KB)}\n${",".repeat(40 * KB)}\n`],
    ["blanks in a signal", `pdq ${md5(1)}\n${`pdq${" ".repeat(60 * KB)}\n`.repeat(5)}`],
    ["blanks before anything", " ".repeat(2000 * KB)],
    ["what packs to nothing", gzipSync(Buffer.alloc(50_000 * KB))],
  ])("%s", async (_, file) => {
    const setId = await newSet(service.anna);
    const { longestMs, result } = await longestTurnMs(() => problemOf(upload(service.anna, setId, file)));
    expect(result === undefined || ["FIELD_INVALID", "TOO_LARGE"].includes(result.reason)).toBe(true);
    expect(longestMs).toBeLessThan(100);
  });
});

test("nothing is left of all that was refused", async () => {
  const part = (await service.count()).entries;
  expect(
    await eventually("what was refused is removed", async () => {
      const { entries, releases } = await service.count();
      return entries <= part && releases > 0;
    }),
  ).toBe(true);
});
