import { expect, it } from "vitest";
import { differingBits } from "../compare/differing-bits.ts";
import { PDQ_RADIUS } from "../compare/thresholds.ts";
import { decodePicture } from "../decode/decode.ts";
import { border, captionBar, crop, flatPicture, generatePicture } from "../generated/picture.ts";
import { derivedFingerprints } from "./derived.ts";
import { pdq } from "./pdq.ts";

it.each<[string, (bytes: Buffer) => Promise<Buffer>]>([
  ["crop 5 %", (bytes) => crop(bytes, 0.05)],
  ["crop 10 %", (bytes) => crop(bytes, 0.1)],
  ["bar over the lower 10 %", (bytes) => captionBar(bytes, 0.1, "over")],
  ["bar over the lower 10 %", (bytes) => captionBar(bytes, 0.1, "over", { ground: 0, ink: 255 })],
  ["bar below, 8 %", (bytes) => captionBar(bytes, 0.08, "below")],
])("%s finds a picture edited so, which its own hash does not", async (name, edit) => {
  const bytes = await generatePicture(33);
  const [home, edited] = [await decoded(bytes), pdq(await decoded(await edit(bytes))).forms.original];
  expect(differingBits(pdq(home).forms.original, edited)).toBeGreaterThan(PDQ_RADIUS);
  const derived = derivedFingerprints(home).find((one) => one.name === name);
  expect(differingBits(derived?.hash ?? new Uint8Array(), edited)).toBeLessThanOrEqual(PDQ_RADIUS);
});

it("names each of its twenty hashes once, and leaves the picture as it is", async () => {
  const picture = await decoded(await generatePicture(34));
  const before = Buffer.from(picture.pixels);
  const derived = derivedFingerprints(picture);
  expect(new Set(derived.map(({ name }) => name)).size).toBe(20);
  expect(derived.every(({ hash, quality }) => hash.length === 32 && quality >= 50)).toBe(true);
  expect(before.equals(picture.pixels)).toBe(true);
});

it("has what a border of its own frames", async () => {
  const bytes = await generatePicture(36);
  const [own] = derivedFingerprints(await decoded(await border(bytes, 0.08)));
  expect(own?.name).toBe("within its border");
  expect(differingBits(own?.hash ?? new Uint8Array(), pdq(await decoded(bytes)).forms.original)).toBeLessThanOrEqual(
    12,
  );
});

it("leaves out what says too little", async () => {
  expect(derivedFingerprints(await decoded(await flatPicture(35)))).toEqual([]);
});

async function decoded(bytes: Uint8Array) {
  const result = await decodePicture(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result.picture;
}
