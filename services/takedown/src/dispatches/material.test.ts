import type { Algorithm, Fingerprint, Rendition } from "@ntd/proto/common/v1/common";
import { describe, expect, test } from "vitest";
import { decidedMarks, isStill, marksOf } from "./material.ts";

const hash = (algorithm: Algorithm, fill: number, quality = 100): Fingerprint => ({
  algorithm,
  value: new Uint8Array(32).fill(fill),
  quality,
});
const file = (sha: number, pdq: number, quality = 100) => [
  hash("ALGORITHM_SHA256", sha, 0),
  hash("ALGORITHM_PDQ", pdq, quality),
];
const frame = (pdq: number, quality = 100): Rendition => ({
  kinds: ["RENDITION_KIND_FRAME"],
  shownFor: undefined,
  fingerprints: [hash("ALGORITHM_PDQ", pdq, quality), hash("ALGORITHM_BLOCKHASH256", pdq)],
  pdqForms: [],
  nominatesOnly: false,
  tooLittleDetail: false,
});
const [A, B, C] = [0, 0b1010_1010, 0b1100_1100];

describe("given an animation that a machine decided", () => {
  const seen = marksOf({ fingerprints: file(1, A), renditions: [frame(B)] });
  const decided = decidedMarks(file(1, A), seen);

  test("it is still there in other bytes and in another order, or by one of its frames alone", () => {
    expect(isStill(decided, marksOf({ fingerprints: file(2, B), renditions: [frame(A)] }))).toBe(true);
    expect(isStill(decided, marksOf({ fingerprints: file(3, B) }))).toBe(true);
    expect(isStill(decided, marksOf({ fingerprints: file(4, C), renditions: [frame(0b1111_0000)] }))).toBe(false);
  });

  test("by a frame that says too little it is not", () => {
    const dark = marksOf({ fingerprints: file(1, A), renditions: [frame(B, 10)] });
    expect(isStill(decidedMarks(file(1, A), dark), marksOf({ fingerprints: file(3, B) }))).toBe(false);
    expect(isStill(decided, marksOf({ fingerprints: file(3, B, 10) }))).toBe(false);
  });

  test("where other bytes were seen by then, it is known by the picture that the case names", () => {
    const other = decidedMarks(file(9, A), seen);
    expect(isStill(other, marksOf({ fingerprints: file(2, A) }))).toBe(true);
    expect(isStill(other, marksOf({ fingerprints: file(2, B) }))).toBe(false);
    expect(isStill(other, marksOf({ fingerprints: file(2, B), renditions: [frame(A)] }))).toBe(true);
  });
});

test("a picture is known by its bytes or by itself, also by what an earlier release stored", () => {
  const decided = decidedMarks(file(1, A), undefined);
  expect(decided).toEqual({ sha256: file(1, A)[0]?.value, pdq: file(1, A)[1]?.value });
  expect(isStill(decided, marksOf({ fingerprints: file(1, B) }))).toBe(true);
  expect(isStill(decided, marksOf({ fingerprints: file(2, A, 10) }))).toBe(true);
  expect(isStill(decided, marksOf({ fingerprints: file(2, B) }))).toBe(false);
  expect(isStill(decided, undefined)).toBe(false);
});

test("a film that a machine decided by its bytes is still there coded anew, and another one is not it", () => {
  const film = (...frames: number[]) => ({
    frames: frames.map((pdq, at) => ({
      time: { seconds: BigInt(at), nanos: 0 },
      pdq: new Uint8Array(32).fill(pdq),
      quality: 100,
      isSceneChange: false,
      tooLittleDetail: false,
    })),
    duration: undefined,
    isCut: false,
  });
  const bytes = (sha: number) => [hash("ALGORITHM_SHA256", sha, 0)];
  const decided = decidedMarks(bytes(1), marksOf({ fingerprints: bytes(1), film: film(A, B) }));
  expect(isStill(decided, marksOf({ fingerprints: bytes(2), film: film(A, B) }))).toBe(true);
  expect(isStill(decided, marksOf({ fingerprints: bytes(2), film: film(C) }))).toBe(false);
  const unseen = decidedMarks(bytes(1), marksOf({ fingerprints: bytes(1) }));
  expect(isStill(unseen, marksOf({ fingerprints: bytes(2), film: film(A, B) }))).toBe(false);
});

test("what cannot be compared is there still", () => {
  expect(isStill(decidedMarks([], undefined), undefined)).toBe(true);
});
