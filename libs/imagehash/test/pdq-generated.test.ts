import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { bitsAboveMedian } from "../src/hashes/pdq.ts";
import { frequenciesOf } from "../src/hashes/dihedral.ts";
import { referencePdq, referenceShrunk } from "../src/hashes/reference-pdq.ts";
import { decodePicture, FORMS, pdq, pdqIsComparable } from "../src/index.ts";
import { differingBits } from "../src/compare/differing-bits.ts";
import { turned } from "./pictures.ts";

const folder = new URL("../fixtures/pdq-generated/", import.meta.url);
const rows = readFileSync(new URL("vectors.tsv", folder), "utf8").trim().split("\n").slice(1);
const vectors = rows.map((row) => {
  const [file = "", quality = "", ...forms] = row.split("\t");
  return { file, quality: Number(quality), forms };
});
const degenerate = vectors.filter(({ file }) => /^(gradient|flat)-/.test(file));
const conformant = vectors.filter((vector) => !degenerate.includes(vector));

describe("PDQ against the reference implementation", () => {
  it("has the vectors it claims to test", () => {
    expect(conformant.length).toBe(11);
    expect(degenerate.length).toBe(2);
  });

  it.each(conformant)("gives $file the same quality and the same hash", async ({ file, quality, forms }) => {
    const found = pdq(await pictureOf(file));
    expect(found.quality).toBe(quality);
    expect(hex(found.forms.original)).toBe(forms[0]);
  });

  it.each(conformant)("turns $file by the same rules, in plain TypeScript from one transform", async (vector) => {
    const { frequencies } = referenceShrunk(await pictureOf(vector.file));
    expect(FORMS.map((form) => hex(bitsAboveMedian(frequenciesOf(form, frequencies))))).toEqual(vector.forms);
  });

  it.each(conformant)("gives $file in each form what it gives the picture turned", async ({ file }) => {
    const picture = await pictureOf(file);
    const { forms } = pdq(picture);
    for (const form of FORMS) {
      expect(differingBits(forms[form], referencePdq(turned(picture, form)).hash)).toBeLessThanOrEqual(2);
    }
  });

  it.each(degenerate)("refuses to compare $file, whose hash is decided by rounding", async ({ file, quality }) => {
    const found = pdq(await pictureOf(file));
    expect(found.quality).toBe(quality);
    expect(pdqIsComparable(found)).toBe(false);
  });
});

async function pictureOf(file: string) {
  const decoded = await decodePicture(await readFile(new URL(file, folder)));
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.picture;
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString("hex");
}
