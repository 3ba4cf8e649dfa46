import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { FORMS, hashPicture, pdqIsComparable } from "../src/index.ts";

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

  it.each(conformant)("gives $file the same quality and the same hash in all eight forms", async (vector) => {
    const hashed = await hashPicture(await readFile(new URL(vector.file, folder)));
    if (!hashed.ok) throw new Error(hashed.reason);
    expect(hashed.pdq.quality).toBe(vector.quality);
    const forms = FORMS.map((form) => Buffer.from(hashed.pdq.forms[form]).toString("hex"));
    expect(forms).toEqual(vector.forms);
  });

  it.each(degenerate)("refuses to compare $file, whose hash is decided by rounding", async (vector) => {
    const hashed = await hashPicture(await readFile(new URL(vector.file, folder)));
    if (!hashed.ok) throw new Error(hashed.reason);
    expect(hashed.pdq.quality).toBe(vector.quality);
    expect(pdqIsComparable(hashed.pdq)).toBe(false);
  });
});
