import { expect, it } from "vitest";
import { differingBits } from "../src/compare/differing-bits.ts";
import { border, generatePicture } from "../src/generated/picture.ts";
import { hashPicture, type Pdq } from "../src/index.ts";
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

function bits(one: Pdq | undefined, other: Pdq): number {
  return one === undefined ? 256 : differingBits(one.forms.original, other.forms.original);
}

async function hashed(bytes: Uint8Array) {
  const result = await hashPicture(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result;
}
