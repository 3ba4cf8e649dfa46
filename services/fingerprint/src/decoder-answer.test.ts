import { countTransitions, FORMS, RECIPE_EXACT, type Rendition } from "@ntd/imagehash";
import { MOST_RENDITIONS } from "@ntd/imagehash/hashes";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerOf } from "./answer.ts";
import { readAnswer, readKnown, readReady } from "./decoder-answer.ts";
import { lineOf } from "./decoder-words.ts";
import type { Decoded } from "./decoding.ts";

const hash = new Uint8Array(32).fill(7);
const hashes = {
  pdq: { quality: 77, forms: Object.fromEntries(FORMS.map((form) => [form, hash])) as Decoded["pdq"]["forms"] },
  blockhash: { hash, transitions: countTransitions(hash) },
};
const rendition: Rendition = { frame: 3, shownMs: 12.5, onBlack: false, nominatesOnly: false, ...hashes };
const decoded: Decoded = {
  kind: "decoded",
  ok: true,
  watched: true,
  recipe: RECIPE_EXACT,
  ...hashes,
  renditions: [rendition, { onBlack: true, innerPercent: 40, nominatesOnly: true, ...hashes }],
  frameCount: 4,
  width: 640,
  height: 480,
  format: "gif",
  degraded: false,
};

/** What a decoder writes, without its word. */
const said = (what: Decoded) => lineOf("answer", what).slice("answer ".length);

test("given what a decoder says, then it is read as it was meant", () => {
  expect(readAnswer(said(decoded))).toEqual(decoded);
  expect(readKnown(said(decoded))).toEqual(decoded);
  expect(readAnswer('{"kind":"refused","reason":"too_small"}')).toEqual({ kind: "refused", reason: "too_small" });
  const refused = { kind: "refused", reason: "format_not_allowed", format: "jxl" } as const;
  expect(readAnswer(JSON.stringify(refused))).toEqual(refused);
  expect(readAnswer('{"kind":"differs","kernels":["pdq"]}')).toEqual({ kind: "differs", kernels: ["pdq"] });
  expect(readReady('["blockhash"]')).toEqual(["blockhash"]);
});

test("given what it would be after edits, then that is read as it was meant; unasked there is none", () => {
  const still = { ...decoded, renditions: [], frameCount: 0, derived: [{ name: "crop 5 %", hash, quality: 60 }] };
  expect(readAnswer(said(still))).toEqual(still);
  const edit = { edit: "crop 5 %", pdq: hash, quality: 60 };
  const cryptographic = { sha256: "", sha1: "", md5: "" };
  expect(answerOf(cryptographic, still).derived).toEqual([edit]);
  expect(answerOf(cryptographic, decoded).derived).toEqual([]);
});

test("given more than a decoder says, then the rest is left out; what follows from a hash is not asked for", () => {
  const more = {
    ...(JSON.parse(said(decoded)) as object),
    note: "x",
    blockhash: { hash: "07".repeat(32), transitions: 9e9 },
  };
  expect(readAnswer(JSON.stringify(more))).toEqual(decoded);
});

describe("given what no decoder says, then nothing of it is believed:", () => {
  const whole = JSON.parse(said(decoded)) as Record<string, unknown>;
  const pdq = whole["pdq"] as { quality: number; forms: object };
  const [frame] = whole["renditions"] as [object];
  const frames = (count: number) => Array.from({ length: count }, () => ({ ...frame, frame: 0 }));
  test.each<[string, object]>([
    ["a recipe that there is not", { recipe: { name: "exact", version: 2 } }],
    ["an edit that there is not", { derived: [{ name: "worn", hash: "07".repeat(32), quality: 60 }] }],
    ["an edit that says too little", { derived: [{ name: "crop 5 %", hash: "07".repeat(32), quality: 49 }] }],
    [
      "more edits than there are",
      { derived: Array(22).fill({ name: "crop 5 %", hash: "07".repeat(32), quality: 60 }) },
    ],
    ["a recipe that is none", { recipe: "exact-1" }],
    ["a format that is not decoded", { format: "svg" }],
    ["no width", { width: undefined }],
    ["a width of nothing", { width: 0 }],
    ["a width that is no whole number", { width: 1.5 }],
    ["a width in words", { width: "640" }],
    ["more pixels than are decoded", { width: 100_000, height: 100_000 }],
    ["fewer frames than none", { frameCount: -1 }],
    ["more frames than bytes", { frameCount: 1e15 }],
    ["damage that is neither", { degraded: 1 }],
    ["a quality beyond the whole", { pdq: { ...pdq, quality: 101 } }],
    ["a quality of nothing", { pdq: { ...pdq, quality: null } }],
    ["a form that is missing", { pdq: { ...pdq, forms: { ...pdq.forms, flipX: undefined } } }],
    ["a hash that is too short", { pdq: { ...pdq, forms: { ...pdq.forms, flipX: "07".repeat(31) } } }],
    ["a hash that is too long", { blockhash: { hash: "07".repeat(33) } }],
    ["a hash that is no text", { blockhash: { hash: { length: 64 } } }],
    ["renditions that are no list", { renditions: { length: 2 } }],
    ["more renditions than a file has", { renditions: frames(MOST_RENDITIONS + 1) }],
    ["a frame that is not there", { renditions: [{ ...frame, frame: 4 }] }],
    ["a frame of a still picture", { frameCount: 0, renditions: [{ ...frame, frame: 0 }] }],
    ["a frame shown for less than no time", { renditions: [{ ...frame, shownMs: -1 }] }],
    ["a frame shown for ever", { renditions: [{ ...frame, shownMs: 1e300 }] }],
    ["more area than there is", { renditions: [{ ...frame, innerPercent: 150 }] }],
    ["a list of lists", { renditions: [[]] }],
    ["a kind that is none", { kind: "misspoke" }],
  ])("%s", (_, wrong) => {
    expect(readAnswer(JSON.stringify({ ...whole, ...wrong }))).toBeUndefined();
  });

  test.each([
    '{"kind":"refused","reason":"toString"}',
    '{"kind":"refused","reason":"broken","format":"exe"}',
    '{"kind":"differs","kernels":[]}',
    '{"kind":"differs","kernels":["pdq","pdq","pdq"]}',
    '{"__proto__":{"kind":"refused","reason":"empty"}}',
    "[".repeat(100_000),
    "null",
    "",
  ])("%.60s", (json) => {
    expect(readAnswer(json)).toBeUndefined();
  });
});

test("whatever is said, it is nothing, or can be answered", () => {
  const cryptographic = { sha256: "01".repeat(32), sha1: "02".repeat(20), md5: "03".repeat(16) };
  const names = fc.constantFrom(...Object.keys(decoded), "frame", "shownMs", "innerPercent", "onBlack");
  const wrong = fc.dictionary(names, fc.oneof(fc.jsonValue(), fc.double(), fc.integer()), { maxKeys: 3 });
  fc.assert(
    fc.property(wrong, wrong, (one, other) => {
      const whole = JSON.parse(said(decoded)) as { renditions: object[] };
      const renditions = whole.renditions.map((of) => ({ ...of, ...other }));
      const read = readAnswer(JSON.stringify({ ...whole, renditions, ...one }));
      if (read !== undefined) expect(answerOf(cryptographic, read).fingerprints.length).toBeGreaterThanOrEqual(3);
    }),
  );
});
