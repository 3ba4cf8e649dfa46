import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import type { FeedShape } from "@ntd/proto/hashlists/v1/feed_source_service";
import { expect, test } from "vitest";
import { marksFor, shaped } from "./shaped-watermark.ts";
import { watermark, WATERMARKS } from "./watermark.ts";

const key = new Uint8Array(32).fill(7);
const marks = Array.from({ length: WATERMARKS }, (_, nth) =>
  watermark(key, { setId: "known", recipient: "partner/nl" }, nth),
);
const model = (n: number, more: Partial<FeedEntry> = {}): FeedEntry => ({
  fingerprint: { algorithm: "ALGORITHM_MD5", value: new Uint8Array(), quality: 0 },
  classification: { scheme: "ncmec", version: "", code: `A${n}` },
  votes: n,
  fileKey: new Uint8Array(8).fill(n),
  sizeBytes: 0,
  ...more,
});
const shape = (of: string, count: number, hasOwnKey = true, models = [model(1), model(2), model(3)]): FeedShape => ({
  algorithms: of.split("+").map((one) => `ALGORITHM_${one}` as Algorithm),
  hasOwnKey,
  fileCount: BigInt(count),
  models,
});
const told = (shapes: FeedShape[]) =>
  shaped(marks.slice(0, marksFor(shapes)), shapes).map(({ entries }) =>
    entries.map(({ fingerprint }) => fingerprint?.algorithm.slice("ALGORITHM_".length)).join("+"),
  );

test("where files have MD5 and SHA-1 by one key a watermark has both, by one key, and both are told alike", () => {
  const both = [shape("MD5+SHA1", 800)];
  expect(told(both)).toEqual(Array(8).fill("MD5+SHA1"));
  for (const { entries } of shaped(marks.slice(0, 8), both)) {
    const [md5, sha1] = entries;
    expect(sha1).toEqual({ ...md5, fingerprint: sha1?.fingerprint });
    expect(md5?.classification?.code).toBe(`A${md5?.votes}`);
    expect(md5?.sizeBytes).toBe(0);
    expect([1, 2, 3]).not.toContain(md5?.fileKey[0] === md5?.fileKey[1] ? md5?.fileKey[0] : undefined);
  }
  const sized = shaped(marks.slice(0, 8), [shape("MD5", 800, true, [model(1, { sizeBytes: 5 })])]);
  expect(sized.map(({ entries }) => entries[0]?.sizeBytes)).toEqual(
    marks.slice(0, 8).map(({ sizeBytes }) => sizeBytes),
  );
});

test("of files that are told in several ways each is a watermark as often as it is listed", () => {
  const mixed = told([shape("MD5+SHA1", 3000), shape("MD5", 3000), shape("SHA1", 3)]);
  expect(new Set(mixed)).toEqual(new Set(["MD5+SHA1", "MD5"]));
});

test("of rare hashes one in a hundred is ours at most, and of others than pictures have none", () => {
  const rare = told([shape("MD5", 800), shape("SHA256", 250, false), shape("PDQ", 99, false)]);
  expect(rare).toEqual([...Array<string>(2).fill("MD5+SHA256"), ...Array<string>(6).fill("MD5")]);
  expect(told([shape("BLOCKHASH256", 900, false)])).toEqual(Array(8).fill(""));
  expect([marksFor([]), marksFor([shape("MD5", 99)]), marksFor([shape("MD5", 60), shape("SHA1", 60)])]).toEqual([
    0, 0, 1,
  ]);
});

test("a hash that stands alone, or among many of one key, does so as a watermark, and once", () => {
  const [first] = shaped(marks, [shape("MD5", 900, false, [model(4)])]);
  expect(first?.entries).toMatchObject([{ fileKey: new Uint8Array(8).fill(4), votes: 4 }]);
  expect(told([shape("MD5", 900), shape("MD5", 900, false)])).toEqual(Array(8).fill("MD5"));
});

test("what a list grows by has watermarks of its own, one whenever it has grown by a quarter", () => {
  const counts = [100, 800, 999, 1000, 1200, 1250, 8000, 1e6, 1e9];
  expect(counts.map((count) => marksFor([shape("MD5", count)]))).toEqual([1, 8, 8, 9, 9, 10, 18, 39, 40]);
});
