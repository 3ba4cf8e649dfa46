import type { FeedChange, FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import { expect, test } from "vitest";
import { marked } from "./marked-page.ts";
import { watermark, type Watermark } from "./watermark.ts";

const key = new Uint8Array(32).fill(7);
const mark = (nth: number, part: number): Watermark => ({
  ...watermark(key, { setId: "known", recipient: "partner/nl" }, nth),
  part,
});

const entry = (n: number, more: Partial<FeedEntry> = {}): FeedEntry => ({
  fingerprint: { algorithm: "ALGORITHM_MD5", value: new Uint8Array(16).fill(n), quality: 0 },
  classification: { scheme: "ncmec", version: "", code: "A1" },
  votes: n,
  fileKey: new Uint8Array(8).fill(n),
  sizeBytes: 0,
  ...more,
});
const put = (value: FeedEntry): FeedChange => ({ change: { $case: "put", value } });
const whole = { fromPart: 0, toPart: 256 };

test("a watermark is told as the entry in front of it is, by the same algorithm", () => {
  const one = mark(0, 3);
  const page = [put(entry(1)), put(entry(2, { sizeBytes: 5 }))];
  const [at, both] = [one.place % 2, marked(page, [one], whole)];
  const added = both[at + 1]?.change;
  expect(both.toSpliced(at + 1, 1)).toEqual(page);
  const model = page[at]?.change?.value as FeedEntry;
  expect(added).toMatchObject({ $case: "put", value: { votes: model.votes, classification: model.classification } });
  expect(added?.value.fingerprint).toEqual(one.fingerprints.get("ALGORITHM_MD5"));
  const { fileKey, sizeBytes } = added?.$case === "put" ? added.value : entry(0);
  expect(fileKey).toEqual(one.fileKey);
  expect(sizeBytes).toBe(model.sizeBytes === 0 ? 0 : one.sizeBytes);
});

test("each stands in the page of its part alone, and where nothing is like it there is none", () => {
  const page = [put(entry(1))];
  expect(marked(page, [mark(0, 9)], { fromPart: 0, toPart: 9 })).toHaveLength(1);
  expect(marked(page, [mark(0, 9)], { fromPart: 9, toPart: 10 })).toHaveLength(2);
  expect(marked(page, [mark(0, 9), mark(1, 9)], { fromPart: 9, toPart: 9 })).toHaveLength(1);
  const films = [
    put(entry(1, { fingerprint: { algorithm: "ALGORITHM_VPDQ", value: new Uint8Array(37), quality: 0 } })),
  ];
  const removal: FeedChange = {
    change: { $case: "removal", value: { fingerprint: undefined, cause: "REVOCATION_CAUSE_EXPIRED" } },
  };
  expect(marked([...films, removal], [mark(0, 9)], whole)).toHaveLength(2);
  expect(marked([], [mark(0, 9)], whole)).toEqual([]);
});
