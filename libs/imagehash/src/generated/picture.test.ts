import { expect, it } from "vitest";
import { differingBits } from "../compare/differing-bits.ts";
import { animate, flatPicture, generatePicture, nearOutsideRadius, reencode } from "./picture.ts";
import { BLOCKHASH_RADIUS, FORMS, hashPicture, PDQ_RADIUS, pdqIsComparable } from "../index.ts";

it("makes the same bytes for the same seed", async () => {
  expect((await generatePicture(5)).equals(await generatePicture(5))).toBe(true);
  expect((await generatePicture(5)).equals(await generatePicture(6))).toBe(false);
});

it("makes rich pictures that lie far from each other in every form, also for neighbouring and extreme seeds", async () => {
  const seeds = [0, 1, 2, 3, 4, 1000, 1001, 2 ** 31, 2 ** 32 - 1];
  const all = await Promise.all(seeds.map(async (seed) => hashed(await generatePicture(seed))));
  for (const [i, one] of all.entries()) {
    expect(one.pdq.quality).toBeGreaterThanOrEqual(50);
    for (const other of all.slice(0, i)) {
      const nearest = Math.min(...FORMS.map((form) => differingBits(one.pdq.forms.original, other.pdq.forms[form])));
      expect(nearest).toBeGreaterThan(60);
      expect(differingBits(one.blockhash.hash, other.blockhash.hash)).toBeGreaterThan(BLOCKHASH_RADIUS);
    }
  }
});

it("shows the same scene at another size", async () => {
  const [usual, small] = [
    await hashed(await generatePicture(7)),
    await hashed(await generatePicture(7, { width: 320, height: 240 })),
  ];
  expect(differingBits(usual.pdq.forms.original, small.pdq.forms.original)).toBeLessThanOrEqual(PDQ_RADIUS);
});

it("makes flat pictures that say too little, with a different file for each seed", async () => {
  const [one, other] = [await hashed(await flatPicture(1)), await hashed(await flatPicture(2))];
  expect(pdqIsComparable(one.pdq)).toBe(false);
  expect(one.cryptographic.sha256).not.toBe(other.cryptographic.sha256);
});

it.each([3, 4, 5, 6])(
  "makes a neighbour of picture %i just outside the radius, also when stored again",
  async (seed) => {
    const home = await hashed(await generatePicture(seed));
    const { bytes, distance } = await nearOutsideRadius(seed);
    for (const version of [bytes, await reencode(bytes, { quality: 80 })]) {
      const there = await hashed(version);
      const nearest = Math.min(...FORMS.map((form) => differingBits(there.pdq.forms[form], home.pdq.forms.original)));
      expect(nearest).toBeGreaterThan(PDQ_RADIUS);
      expect(nearest).toBeLessThanOrEqual(64);
      expect(pdqIsComparable(there.pdq)).toBe(true);
      expect(differingBits(there.blockhash.hash, home.blockhash.hash)).toBeGreaterThan(BLOCKHASH_RADIUS);
    }
    expect(distance).toBeLessThanOrEqual(60);
  },
);

async function hashed(bytes: Uint8Array) {
  const result = await hashPicture(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

it("makes an animation in which the picture shown longest is found, and the first one stands for it", async () => {
  const [first, longest] = [await generatePicture(8), await generatePicture(9)];
  const moving = await hashed(await animate([first, longest], [100, 3000]));
  const [frame] = moving.renditions.filter((one) => one.frame === 1);
  const bits = (one: Uint8Array | undefined, of: Awaited<ReturnType<typeof hashed>>) =>
    differingBits(one ?? new Uint8Array(32), of.pdq.forms.original);
  expect(bits(moving.pdq.forms.original, await hashed(first))).toBeLessThanOrEqual(PDQ_RADIUS);
  expect(bits(frame?.pdq.forms.original, await hashed(longest))).toBeLessThanOrEqual(PDQ_RADIUS);
});
