import { FORMS, RECIPE_EXACT, type DecodeRefusal } from "@ntd/imagehash";
import { Algorithm } from "@ntd/proto/common/v1/common";
import { PictureProblem } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { describe, expect, test } from "vitest";
import { answerOf, durationOf } from "./answer.ts";
import type { Decoding } from "./decoding.ts";

const cryptographic = { sha256: "01".repeat(32), sha1: "02".repeat(20), md5: "03".repeat(16) };
const exact = [
  { algorithm: Algorithm.SHA256, value: new Uint8Array(32).fill(1), quality: 0 },
  { algorithm: Algorithm.SHA1, value: new Uint8Array(20).fill(2), quality: 0 },
  { algorithm: Algorithm.MD5, value: new Uint8Array(16).fill(3), quality: 0 },
];

const decoded = {
  kind: "decoded",
  ok: true,
  recipe: RECIPE_EXACT,
  ...hashesOf(77, 130),
  renditions: [],
  frameCount: 0,
  width: 640,
  height: 480,
  format: "webp",
  degraded: true,
} as const;

test("given a decoded picture, then all five fingerprints are answered, with what their comparison needs", () => {
  const answer = answerOf(cryptographic, decoded);
  expect(answer).toMatchObject({ recipe: "exact-1", format: "webp", width: 640, height: 480, degraded: true });
  expect(answer.problem).toBe(PictureProblem.UNSPECIFIED);
  expect(answer.fingerprints).toEqual([
    ...exact,
    { algorithm: Algorithm.PDQ, value: new Uint8Array(32).fill(0), quality: 77 },
    { algorithm: Algorithm.BLOCKHASH256, value: new Uint8Array(32).fill(9), quality: 130 },
  ]);
  expect(answer.pdqForms.map(({ form }) => form)).toEqual([...FORMS]);
  expect(answer.pdqForms.map(({ value }) => value[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("given further pictures, then each is answered with what was done, and with what its comparison needs", () => {
  const renditions = [
    { frame: 7, shownMs: 1250, onBlack: false, nominatesOnly: false, ...hashesOf(80, 100) },
    { frame: 7, shownMs: 1250, onBlack: true, nominatesOnly: false, ...hashesOf(49, 59) },
    { onBlack: true, nominatesOnly: false, ...hashesOf(20, 60) },
    { onBlack: false, innerPercent: 40, nominatesOnly: true, ...hashesOf(80, 100) },
  ];
  const answer = answerOf(cryptographic, { ...decoded, renditions, frameCount: 12 });
  expect(answer.frameCount).toBe(12);
  const shownFor = { seconds: 1n, nanos: 250_000_000 };
  expect(answer.renditions).toMatchObject([
    { kinds: ["RENDITION_KIND_FRAME"], frame: 7, shownFor, tooLittleDetail: false, nominatesOnly: false },
    { kinds: ["RENDITION_KIND_FRAME", "RENDITION_KIND_ON_BLACK"], frame: 7, shownFor, tooLittleDetail: true },
    { kinds: ["RENDITION_KIND_ON_BLACK"], frame: undefined, shownFor: undefined, tooLittleDetail: false },
    { kinds: ["RENDITION_KIND_INNER"], areaPercent: 40, nominatesOnly: true, tooLittleDetail: false },
  ]);
  const [frame] = answer.renditions;
  expect(frame?.fingerprints.map(({ algorithm, quality }) => [algorithm, quality])).toEqual([
    [Algorithm.PDQ, 80],
    [Algorithm.BLOCKHASH256, 100],
  ]);
  expect(frame?.pdqForms.map(({ form }) => form)).toEqual([...FORMS]);
});

test("given a picture of a format that is refused, then its name is answered", () => {
  const answer = answerOf(cryptographic, { kind: "refused", reason: "format_not_allowed", format: "heic" });
  expect(answer).toMatchObject({ problem: PictureProblem.FORMAT_NOT_ALLOWED, format: "heic" });
  expect(answerOf(cryptographic, refused("not_a_picture")).format).toBe("");
});

test("given a time that rounds to a whole second, then it is one", () => {
  expect(durationOf(1999.999_999_9)).toEqual({ seconds: 2n, nanos: 0 });
  expect(durationOf(1999.5)).toEqual({ seconds: 1n, nanos: 999_500_000 });
});

test("given a decoder that ended over what else a file shows, then what it had said is answered", () => {
  for (const ending of [{ kind: "killed", reason: "time" }, { kind: "crashed" }] as const) {
    expect(answerOf(cryptographic, { ...ending, soFar: decoded })).toEqual(answerOf(cryptographic, decoded));
  }
});

describe("given no picture, then its exact fingerprints are answered beside the problem:", () => {
  test.each<[Decoding, PictureProblem]>([
    [refused("empty"), PictureProblem.NOT_A_PICTURE],
    [refused("not_a_picture"), PictureProblem.NOT_A_PICTURE],
    [refused("format_not_allowed"), PictureProblem.FORMAT_NOT_ALLOWED],
    [refused("too_many_bytes"), PictureProblem.TOO_LARGE],
    [refused("too_large"), PictureProblem.TOO_LARGE],
    [refused("too_small"), PictureProblem.TOO_SMALL],
    [refused("broken"), PictureProblem.BROKEN],
    [{ kind: "killed", reason: "time" }, PictureProblem.TIMED_OUT],
    [{ kind: "killed", reason: "memory" }, PictureProblem.TOO_LARGE],
    [{ kind: "killed", reason: "answer" }, PictureProblem.BROKEN],
    [{ kind: "crashed" }, PictureProblem.BROKEN],
    [{ kind: "differs", kernels: ["pdq"] }, PictureProblem.KERNELS_DIFFER],
  ])("%j is %s", (decoding, problem) => {
    expect(answerOf(cryptographic, decoding)).toMatchObject({ problem, fingerprints: exact, pdqForms: [] });
  });
});

function refused(reason: DecodeRefusal): Decoding {
  return { kind: "refused", reason };
}

function hashesOf(quality: number, transitions: number) {
  const forms = Object.fromEntries(FORMS.map((form, i) => [form, new Uint8Array(32).fill(i)]));
  return {
    pdq: { quality, forms: forms as Record<(typeof FORMS)[number], Uint8Array> },
    blockhash: { hash: new Uint8Array(32).fill(9), transitions },
  };
}
