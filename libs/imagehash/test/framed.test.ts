import sharp from "sharp";
import { expect, it } from "vitest";
import { differingBits } from "../src/compare/differing-bits.ts";
import { border, generatePicture, letterbox, rotate } from "../src/generated/picture.ts";
import { hashPicture, PDQ_RADIUS, type Pdq, type RecipeName } from "../src/index.ts";
import { moving } from "./files.ts";

const size = { width: 160, height: 120, format: "png" } as const;

it("what a border frames is a further picture, of a still one and of each frame", async () => {
  const [plain, other] = await Promise.all([311, 312].map((seed) => generatePicture(seed, size)));
  if (plain === undefined || other === undefined) throw new Error("no pictures");
  const [still, within] = [await hashed(await border(plain, 0.1)), await hashed(plain)];
  expect(still.renditions).toMatchObject([{ onBlack: false, nominatesOnly: false }]);
  expect(still.renditions[0]?.innerPercent).toBeGreaterThan(60);
  expect(bits(still.renditions[0]?.pdq, within.pdq)).toBeLessThanOrEqual(12);
  const [framed, framedToo] = await Promise.all([border(other, 0.1), border(plain, 0.1)]);
  const { renditions } = await hashed(await moving("webp", [framed, framedToo], [100, 100]));
  const names = renditions.map(({ frame, innerPercent }) => [frame, innerPercent !== undefined]);
  expect(names).toEqual([
    [undefined, true],
    [1, false],
    [1, true],
  ]);
  expect(bits(renditions[2]?.pdq, within.pdq)).toBeLessThanOrEqual(12);
});

it("what is left of a picture of too little detail or area only nominates", async () => {
  const small = await border(await generatePicture(313, size), 0.4);
  expect((await hashed(small)).renditions).toMatchObject([{ nominatesOnly: true }]);
});

it("a letterbox is found by the recipe `fast`, and whichever way the picture lies", async () => {
  const bytes = await generatePicture(314);
  const [exact, fast] = [await hashed(bytes), await hashed(bytes, "fast")];
  const boxed = await letterbox(bytes, 16 / 9);
  // `fast` shrinks what is framed less than what was not.
  const [within] = (await hashed(boxed, "fast")).renditions;
  expect(bits(within?.pdq, fast.pdq)).toBeLessThanOrEqual(PDQ_RADIUS);
  const [lying] = (await hashed(await rotate(boxed, 90))).renditions;
  expect(differingBits(lying?.pdq.forms.rotate90 ?? new Uint8Array(), exact.pdq.forms.original)).toBeLessThanOrEqual(
    12,
  );
});

it("a transparent border frames one picture, on white as on black", async () => {
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  const plain = sharp(await generatePicture(315, size));
  const file = await plain.extend({ top: 15, bottom: 15, left: 15, right: 15, background }).png().toBuffer();
  const { renditions } = await hashed(file);
  expect(renditions.filter(({ innerPercent }) => innerPercent !== undefined)).toHaveLength(1);
});

function bits(one: Pdq | undefined, other: Pdq): number {
  return one === undefined ? 256 : differingBits(one.forms.original, other.forms.original);
}

async function hashed(bytes: Uint8Array, recipe: RecipeName = "exact") {
  const result = await hashPicture(bytes, { recipe });
  if (!result.ok) throw new Error(result.reason);
  return result;
}
