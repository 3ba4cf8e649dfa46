import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodePicture, FORMS, hashPicture, pdq, PDQ_RADIUS } from "../src/index.ts";
import { differingBits } from "../src/compare/differing-bits.ts";
import { referencePdq } from "../src/hashes/reference-pdq.ts";
import { turned } from "./pictures.ts";

// A directory with pdq/vectors.tsv and the photographs it lists; they are no part of this repository.
const vectorsDirectory = process.env["NTD_TEST_VECTORS"];
const folder = join(vectorsDirectory ?? "", "pdq");
const rows =
  vectorsDirectory === undefined ? [] : readFileSync(join(folder, "vectors.tsv"), "utf8").trim().split("\n").slice(1);
const vectors = rows.map((row) => {
  const [file = "", width, height, pdq = "", quality, blockhash] = row.split("\t");
  return { file, width: Number(width), height: Number(height), pdq, quality: Number(quality), blockhash };
});

describe.skipIf(vectorsDirectory === undefined)("hashes of photographs (skipped: NTD_TEST_VECTORS is unset)", () => {
  it("has photographs to test", () => {
    expect(vectors.length).toBeGreaterThanOrEqual(19);
  });

  it.each(vectors)("hashes $file bit for bit as the reference implementations do", async (vector) => {
    const hashed = await hashFile(vector.file);
    expect(Buffer.from(hashed.pdq.forms.original).toString("hex")).toBe(vector.pdq);
    expect(hashed.pdq.quality).toBe(vector.quality);
    expect(Buffer.from(hashed.blockhash.hash).toString("hex")).toBe(vector.blockhash);
    expect([hashed.width, hashed.height]).toEqual([vector.width, vector.height]);
  });

  it.each(vectors.filter(({ file }) => file.startsWith("dih-")))("finds $file through a form", async ({ pdq }) => {
    const { forms } = (await hashFile("bridge-aaa-orig.jpg")).pdq;
    const nearest = Math.min(...FORMS.map((form) => differingBits(forms[form], Buffer.from(pdq, "hex"))));
    expect(nearest).toBeLessThanOrEqual(PDQ_RADIUS);
  });

  const distinct = vectors.filter(({ file }) => /^labelme-|^bridge-(aaa|shrink|square-2)/.test(file));
  it.each(distinct)("gives $file in each form what the reference gives the picture turned", async ({ file }) => {
    const decoded = await decodePicture(await readFile(join(folder, file)));
    if (!decoded.ok) throw new Error(decoded.reason);
    const { forms } = pdq(decoded.picture);
    for (const form of FORMS) {
      const { hash } = referencePdq(turned(decoded.picture, form));
      expect(differingBits(forms[form], hash)).toBeLessThanOrEqual(2);
    }
  });
});

async function hashFile(file: string) {
  const hashed = await hashPicture(await readFile(join(folder, file)));
  if (!hashed.ok) throw new Error(hashed.reason);
  return hashed;
}
