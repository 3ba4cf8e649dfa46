import type { Fingerprint } from "@ntd/proto/common/v1/common";
import fc from "fast-check";
import { expect, test } from "vitest";
import { likenessColumn, readLikeness } from "./likeness-column.ts";

const row = (fingerprints: Fingerprint[], of = { targetId: "t-ä", episode: 3, revision: 7 }) => {
  const content = { revision: of.revision, recipe: "fast-1", fingerprints, pdqForms: [], tooLittleDetail: false };
  return { targetId: of.targetId, episode: of.episode, content };
};
const pdq = (quality: number, bytes = 32): Fingerprint => {
  return { algorithm: "ALGORITHM_PDQ", value: new Uint8Array(bytes).fill(9), quality };
};
const read = (fingerprints: Fingerprint[]) => readLikeness(likenessColumn(row(fingerprints)));

test("what is written of a row is read again", () => {
  const of = { targetId: fc.string(), episode: fc.nat(), revision: fc.nat() };
  fc.assert(
    fc.property(fc.record(of), fc.uint8Array({ minLength: 32, maxLength: 32 }), (known, value) => {
      const likeness = readLikeness(likenessColumn(row([{ ...pdq(80), value }], known)));
      const hash = Buffer.from(likeness.pdq?.hash ?? []);
      expect({ ...likeness, pdq: { ...likeness.pdq, hash } }).toEqual({
        ...known,
        targetId: Buffer.from(known.targetId).toString(),
        pdq: { hash: Buffer.from(value), quality: 80, recipe: "fast-1" },
      });
    }),
  );
});

test("what says too little, is no picture or is no hash is known, and compared with nothing", () => {
  const known = { targetId: "t-ä", episode: 3, revision: 7 };
  expect(read([pdq(50)]).pdq?.quality).toBe(50);
  for (const some of [[], [pdq(49)], [pdq(80, 31)], [{ ...pdq(80), algorithm: "ALGORITHM_BLOCKHASH256" as const }]]) {
    expect(read(some)).toEqual(known);
  }
});

test("bytes that are none are refused", () => {
  const bytes = likenessColumn(row([pdq(80)]));
  for (const length of [0, 8, 9, 40, 41, 45]) expect(() => readLikeness(bytes.subarray(0, length))).toThrow(RangeError);
});
