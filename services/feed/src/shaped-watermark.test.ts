import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import type { FeedShape } from "@ntd/proto/hashlists/v1/feed_source_service";
import fc from "fast-check";
import { expect, test } from "vitest";
import { placesIn, shaped, type ShapedWatermark } from "./shaped-watermark.ts";
import { nameOf, watermark } from "./watermark.ts";

const key = new Uint8Array(32).fill(7);
const copy = { setId: "known", recipient: "partner/nl" };
const model = (n: number, more: Partial<FeedEntry> = {}): FeedEntry => ({
  fingerprint: { algorithm: "ALGORITHM_MD5", value: new Uint8Array(), quality: 0 },
  classification: { scheme: "ncmec", version: "", code: `A${n}` },
  votes: n,
  fileKey: new Uint8Array(),
  sizeBytes: 0,
  disputed: false,
  ...more,
});
const THREE = [model(1), model(2), model(3)];
const shape = (of: string, count: number, hasOwnKey = true, models = THREE, counts?: number[]): FeedShape => ({
  algorithms: of.split("+").map((one) => `ALGORITHM_${one}` as Algorithm),
  hasOwnKey,
  fileCount: BigInt(count),
  models,
  modelCounts: (counts ?? models.map(() => count / models.length)).map((one) => BigInt(Math.floor(one))),
});
/** How many there are by the ways in which they are told. */
const told = (...shapes: FeedShape[]) => {
  const names = placesIn(key, copy, shapes).map(({ place }) => nameOf(place.family));
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, own]) => [name, own.length]));
};
const marksOf = (...shapes: FeedShape[]): ShapedWatermark[] =>
  placesIn(key, copy, shapes).map((at) => shaped(at, watermark(key, copy, at.place)));
/** One or two of a small list are beside those by the hundred; the last of these may wait for the key. */
const about = (count: number) => expect.toSatisfy((n: number) => n >= count - 1 && n <= count, `about ${count}`);

test("where files have MD5 and SHA-1 by one key a watermark has both, by one key, and both are told alike", () => {
  const marks = marksOf(shape("MD5+SHA1", 800));
  expect(marks.length).toBeGreaterThan(8);
  for (const { entries } of marks) {
    const [md5, sha1] = entries;
    expect(entries.map(({ fingerprint }) => fingerprint?.algorithm)).toEqual(["ALGORITHM_MD5", "ALGORITHM_SHA1"]);
    expect(sha1).toEqual({ ...md5, fingerprint: sha1?.fingerprint });
    expect(md5?.fileKey).toHaveLength(8);
    expect(md5?.classification?.code).toBe(`A${md5?.votes}`);
    expect(md5?.sizeBytes).toBe(0);
  }
  const sized = marksOf(shape("MD5", 800, true, [model(1, { sizeBytes: 5 })]));
  expect(new Set(sized.map(({ entries }) => entries[0]?.sizeBytes)).size).toBe(sized.length);
});

test("of files that are told in several ways each way has its own, one in a hundred at most", () => {
  expect(told(shape("MD5+SHA1", 6000), shape("MD5", 3000), shape("SHA1", 30))).toEqual({
    "MD5+SHA1": about(62),
    MD5: about(30),
  });
});

test("of rare hashes there is none below a hundred, and of others than pictures have none", () => {
  expect(told(shape("MD5", 800), shape("SHA256", 250, false), shape("PDQ", 99, false))).toEqual({
    MD5: about(10),
    "SHA256 alone": about(2),
  });
  expect(told(shape("BLOCKHASH256", 900, false))).toEqual({});
  expect(told()).toEqual({});
});

test("a small list has one or two", () => {
  expect(told(shape("MD5", 9))).toEqual({});
  expect(told(shape("MD5", 50))).toEqual({ MD5: expect.toSatisfy((n: number) => n === 1 || n === 2, "1 or 2") });
  expect(told(shape("MD5", 60), shape("SHA1", 30))).toEqual({ MD5: expect.toSatisfy((n: number) => n > 0, "some") });
});

test("a hash that stands alone, or among many of one key, does so as a watermark", () => {
  const batch = { fileKey: new Uint8Array(8).fill(4) };
  for (const { entries } of marksOf(shape("MD5", 900, false, [model(4, batch)])))
    expect(entries).toMatchObject([batch]);
});

test("it is told as many files are, not as a few", () => {
  const models = [model(1), model(2), model(3, { disputed: true })];
  const votes = (...counts: number[]) =>
    new Set(placesIn(key, copy, [shape("MD5", 2000, true, models, counts)]).map((at) => at.model.votes));
  expect(votes(1000, 990, 10)).toEqual(new Set([1, 2]));
  expect(votes(1995, 4, 1)).toEqual(new Set([1]));
  expect(votes(700, 700, 600)).toEqual(new Set([1, 2, 3]));
  // Of none there are many.
  expect(votes(60, 50, 40)).toEqual(new Set([1]));
});

test("a list that grows takes none away, and hardly ever tells one otherwise", () => {
  const counts = fc.tuple(fc.nat({ max: 3000 }), fc.nat({ max: 3000 }), fc.nat({ max: 300 }));
  fc.assert(
    fc.property(fc.tuple(counts, counts), ([before, more]) => {
      const at = (pairs: number, halves: number, rare: number) =>
        placesIn(key, copy, [shape("MD5+SHA1", 1000 + pairs), shape("MD5", 1000 + halves), shape("PDQ", rare, false)]);
      const was = at(...before).filter(({ place }) => place.run === "grown");
      const is = new Set(
        at(...(before.map((n, i) => n + (more[i] ?? 0)) as typeof before)).map(({ place }) => nameAt(place)),
      );
      for (const { place } of was) expect(is).toContain(nameAt(place));
    }),
    { numRuns: 30 },
  );
  const models = (...kinds: number[]) =>
    shape(
      "MD5",
      kinds.reduce((a, b) => a + b),
      true,
      THREE,
      kinds,
    );
  const tellings = (of: FeedShape) =>
    new Map(placesIn(key, copy, [of]).map((at) => [nameAt(at.place), at.model.votes]));
  const [was, is] = [tellings(models(5000, 3000, 100)), tellings(models(5400, 3001, 200))];
  expect(is.size).toBeGreaterThan(was.size);
  for (const [at, votes] of was) expect(is.get(at)).toBe(votes);
});

const nameAt = ({ family, run, nth }: ReturnType<typeof placesIn>[number]["place"]) =>
  `${nameOf(family)} ${run} ${nth}`;
