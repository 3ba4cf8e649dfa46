import type { Fingerprint } from "@ntd/proto/common/v1/common";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { KnownRendition } from "../search/search-plan.ts";
import { likenessColumn, readLikeness, type Likeness } from "./likeness-column.ts";

const row = (
  fingerprints: Fingerprint[],
  of = { targetId: "t-ä", episode: 3, revision: 7 },
  renditions: KnownRendition[] = [],
) => {
  const plain = { revision: of.revision, recipe: "fast-1", fingerprints, pdqForms: [], tooLittleDetail: false };
  const content = { ...plain, ...(renditions.length > 0 && { renditions }) };
  return { targetId: of.targetId, episode: of.episode, content };
};
const pdq = (quality: number, bytes = 32): Fingerprint => {
  return { algorithm: "ALGORITHM_PDQ", value: new Uint8Array(bytes).fill(9), quality };
};
const shown = (likeness: Likeness) => ({
  ...likeness,
  pictures: likeness.pictures.map(({ hash, quality }) => [Buffer.from(hash).toString("hex"), quality]),
});
const read = (fingerprints: Fingerprint[]) => readLikeness(likenessColumn(row(fingerprints)));

test("what is written of a row is read again", () => {
  const of = { targetId: fc.string(), episode: fc.nat(), revision: fc.nat() };
  fc.assert(
    fc.property(fc.record(of), fc.uint8Array({ minLength: 32, maxLength: 32 }), (known, value) => {
      const likeness = readLikeness(likenessColumn(row([{ ...pdq(80), value }], known)));
      expect(shown(likeness)).toEqual({
        ...known,
        targetId: Buffer.from(known.targetId).toString(),
        recipe: "fast-1",
        pictures: [[Buffer.from(value).toString("hex"), 80]],
      });
    }),
  );
});

test("what says too little, is no picture or is no hash is known, and compared with nothing", () => {
  const known = { targetId: "t-ä", episode: 3, revision: 7, recipe: "", pictures: [] };
  expect(read([pdq(50)]).pictures).toMatchObject([{ quality: 50 }]);
  for (const some of [[], [pdq(49)], [pdq(80, 31)], [{ ...pdq(80), algorithm: "ALGORITHM_BLOCKHASH256" as const }]]) {
    expect(read(some)).toEqual(known);
  }
});

/** What a file shows besides, each told by one byte. */
const others = (count: number, change: Partial<KnownRendition> = {}): KnownRendition[] =>
  Array.from({ length: count }, (_, n) => ({
    name: `frame ${n + 1}`,
    nominatesOnly: false,
    fingerprints: [{ ...pdq(60), value: new Uint8Array(32).fill(n + 20) }],
    pdqForms: [],
    ...change,
  }));
const readWith = (first: Fingerprint[], renditions: KnownRendition[]) =>
  shown(readLikeness(likenessColumn(row(first, undefined, renditions))));
const hex = (fill: number) => Buffer.alloc(32, fill).toString("hex");

test("what a file shows besides is written with it, sixteen in all", () => {
  const all = readWith([pdq(80)], others(20));
  expect(all).toMatchObject({ targetId: "t-ä", episode: 3, revision: 7, recipe: "fast-1" });
  expect(all.pictures).toEqual([[hex(9), 80], ...Array.from({ length: 15 }, (_, n) => [hex(n + 20), 60])]);
});

test("where the picture itself says too little its frames count, and none that says too little or decides nothing", () => {
  expect(readWith([pdq(10)], others(1)).pictures).toEqual([[hex(20), 60]]);
  expect(readWith([pdq(80)], others(2, { nominatesOnly: true })).pictures).toEqual([[hex(9), 80]]);
  expect(readWith([pdq(80)], others(2, { fingerprints: [pdq(49)] })).pictures).toEqual([[hex(9), 80]]);
});

test("a column of an earlier release is read", () => {
  const head = Buffer.from([3, 0, 0, 0, 7, 0, 0, 0, 80]);
  const earlier = Buffer.concat([head, Buffer.alloc(32, 9), Buffer.from([6]), Buffer.from("fast-1t-1")]);
  expect(shown(readLikeness(earlier))).toEqual({
    targetId: "t-1",
    episode: 3,
    revision: 7,
    recipe: "fast-1",
    pictures: [[hex(9), 80]],
  });
});

test("bytes that are none are refused", () => {
  const bytes = likenessColumn(row([pdq(80)]));
  for (const length of [0, 8, 9, 40, 41, 45]) expect(() => readLikeness(bytes.subarray(0, length))).toThrow(RangeError);
  const several = likenessColumn(row([pdq(80)], undefined, others(2)));
  for (const length of [9, 42, 75, 108, 110])
    expect(() => readLikeness(several.subarray(0, length))).toThrow(RangeError);
});
