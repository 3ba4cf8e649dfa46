import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import { expect, test } from "vitest";
import { shapesOfFiles } from "./file-shapes.ts";

const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const key = (n: number) => Buffer.from(n.toString(16).padStart(16, "0"), "hex");
const entry = (of: string, fileKey: Uint8Array = new Uint8Array(), votes = 1): FeedEntry => ({
  fingerprint: { algorithm: `ALGORITHM_${of}` as Algorithm, value: new Uint8Array(20), quality: 0 },
  classification: undefined,
  votes,
  fileKey,
  sizeBytes: 0,
  disputed: false,
});
const told = (entries: FeedEntry[], share = 1) =>
  shapesOfFiles(entries, share).map(({ algorithms, hasOwnKey, fileCount }) => [
    algorithms.map((one) => one.slice("ALGORITHM_".length)).join("+"),
    hasOwnKey,
    Number(fileCount),
  ]);

test("hashes of one key are of one file; those without one, and those of a key that many share, stand alone", () => {
  const pairs = oneTo(5).flatMap((n) => [entry("SHA1", key(n), n), entry("MD5", key(n), n)]);
  const halves = [entry("MD5", key(11)), entry("SHA1", key(12)), entry("SHA1", key(13))];
  const batch = oneTo(4).map(() => entry("MD5", key(20)));
  expect(told([...pairs, ...halves, ...batch, entry("MD5"), entry("SHA256"), entry("PDQ")])).toEqual([
    ["MD5+SHA1", true, 5],
    ["MD5", true, 1],
    ["SHA1", true, 2],
    ["MD5", false, 5],
    ["SHA256", false, 1],
    ["PDQ", false, 1],
  ]);
  expect(told([])).toEqual([]);
});

test("of a part of a list it is told how many files there are in all, and that they have both hashes", () => {
  // A quarter of each: a sixteenth of the files has both in it.
  const part = (files: number, both: number) =>
    oneTo(files).flatMap((n) => {
      if (n <= both) return [entry("MD5", key(n)), entry("SHA1", key(n))];
      return n % 2 === 0 ? [entry("MD5", key(n))] : [entry("SHA1", key(n))];
    });
  expect(told(part(700, 100), 0.25)).toEqual([["MD5+SHA1", true, 1600]]);
  expect(told(part(700, 0), 0.25)).toEqual([
    ["MD5", true, 1400],
    ["SHA1", true, 1400],
  ]);
  expect(told(part(700, 50), 0.25)).toEqual([
    ["MD5+SHA1", true, 800],
    ["MD5", true, 700],
    ["SHA1", true, 700],
  ]);
});

test("of a small part of a list it is told in quarters how many have both, as one more would stand for thousands", () => {
  const part = (pairs: number) => [
    ...oneTo(pairs).flatMap((n) => [entry("MD5", key(n)), entry("SHA1", key(n))]),
    ...oneTo(1000 - pairs).flatMap((n) => [entry("MD5", key(10_000 + n)), entry("SHA1", key(20_000 + n))]),
  ];
  const both = (pairs: number) => told(part(pairs), 1 / 8)[0];
  expect([both(35), both(40), both(60), both(70)]).toEqual(
    [0.25, 0.25, 0.5, 0.5].map((share) => ["MD5+SHA1", true, 8000 * share]),
  );
});

test("what is told of files most often is shown, without what is of one file alone", () => {
  const files = oneTo(100).map((n) => ({ ...entry("MD5", key(n), Math.ceil(Math.sqrt(n))), sizeBytes: n }));
  const [shape] = shapesOfFiles([...files, entry("MD5", key(101), 10)], 1);
  expect(shape?.models.map(({ votes, sizeBytes }) => [votes, sizeBytes])).toEqual([
    ...[10, 9, 8, 7, 6, 5, 4, 3, 2].map((votes) => [votes, 1]),
    ...(shape?.models ?? []).slice(9).map(({ votes, sizeBytes }) => [votes, sizeBytes]),
  ]);
  expect(shape?.models).toHaveLength(11);
  expect(shape?.modelCounts.slice(0, 3)).toEqual([19n, 17n, 15n]);
  for (const { fingerprint, fileKey } of shape?.models ?? [])
    expect([fingerprint?.value.length, fileKey.length]).toEqual([0, 0]);
});
