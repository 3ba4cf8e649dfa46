import { expect, it } from "vitest";
import { differingBits } from "./differing-bits.ts";
import { brighten, generatePicture, mirror, reencode, resize, rotate } from "./generated-picture.ts";
import { FORMS, hashPicture, PDQ_RADIUS } from "./index.ts";
import type { Form } from "./index.ts";

const seeds = [11, 12, 13];

it.each([
  ["stored again at quality 30", (bytes: Buffer) => reencode(bytes, { quality: 30 })],
  ["stored as WebP", (bytes: Buffer) => reencode(bytes, { format: "webp" })],
  ["scaled to half its width", (bytes: Buffer) => resize(bytes, { width: 320 })],
  ["brightened", (bytes: Buffer) => brighten(bytes)],
])("recognises a picture %s, whose file hashes all differ", async (_, edit) => {
  for (const seed of seeds) {
    const bytes = await generatePicture(seed);
    const [original, edited] = [await hashed(bytes), await hashed(await edit(bytes))];
    expect(differingBits(original.pdq.forms.original, edited.pdq.forms.original)).toBeLessThanOrEqual(PDQ_RADIUS);
    expect(edited.cryptographic.sha256).not.toBe(original.cryptographic.sha256);
    expect(edited.cryptographic.md5).not.toBe(original.cryptographic.md5);
  }
});

it.each<[string, Form, (bytes: Buffer) => Promise<Buffer>]>([
  ["mirrored", "flipY", mirror],
  ["turned upside down and mirrored", "flipX", async (bytes) => rotate(await mirror(bytes), 180)],
  ["turned by 90°", "rotate90", (bytes) => rotate(bytes, 90)],
  ["turned by 180°", "rotate180", (bytes) => rotate(bytes, 180)],
  ["turned by 270°", "rotate270", (bytes) => rotate(bytes, 270)],
])("finds a picture %s through the form %s alone", async (_, expected, edit) => {
  for (const seed of seeds) {
    const bytes = await generatePicture(seed);
    const [original, edited] = [await hashed(bytes), await hashed(await edit(bytes))];
    const near = FORMS.filter(
      (form) => differingBits(edited.pdq.forms[form], original.pdq.forms.original) <= PDQ_RADIUS,
    );
    expect(near).toEqual([expected]);
  }
});

async function hashed(bytes: Uint8Array) {
  const result = await hashPicture(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result;
}
