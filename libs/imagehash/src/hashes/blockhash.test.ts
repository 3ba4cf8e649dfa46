import { bmvbhash } from "blockhash-core";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockhash256 } from "./blockhash.ts";
import { flatPicture, generatePicture } from "../generated/picture.ts";
import { blockhashIsComparable, decodePicture } from "../index.ts";
import type { Picture } from "../decode/pixels.ts";
import { KINDS, randomPicture, rgba } from "../../test/pictures.ts";

it("sets the bits of bright blocks, row by row from the top left", () => {
  const pixels = new Uint8Array(32 * 32 * 4).fill(255);
  // The right half black: every row of blocks is bright on the left.
  for (let i = 0; i < 32 * 32; i++) if (i % 32 >= 16) pixels.fill(0, i * 4, i * 4 + 3);
  const { hash, transitions } = blockhash256({ width: 32, height: 32, channels: 4, pixels });
  expect(Buffer.from(hash).toString("hex")).toBe("ff00".repeat(16));
  expect(transitions).toBe(16);
});

describe("is bit-identical with blockhash-core over", () => {
  const side = fc.integer({ min: 16, max: 90 });

  it.each(KINDS)("%s of any shape", (kind) => {
    const run = fc.property(side, side, fc.integer(), (width, height, seed) => {
      const picture = randomPicture(kind, width, height, seed);
      expect(hexOf(picture)).toBe(oracle(picture));
    });
    fc.assert(run, { numRuns: runs(600) });
  });

  it("a row and a column of blocks one pixel wide, and of nearly that", () => {
    for (const [width, height] of [
      [16, 16],
      [16, 17],
      [17, 16],
      [31, 16],
      [16, 1003],
      [1003, 16],
    ] as const) {
      const picture = randomPicture("noise", width, height, width * height);
      expect(hexOf(picture)).toBe(oracle(picture));
    }
  });

  it("pictures of a megapixel with and without cut pixels", () => {
    for (const [width, height] of [
      [1024, 1024],
      [1031, 977],
      [1024, 977],
      [1031, 976],
    ] as const) {
      const picture = randomPicture("holes", width, height, 3);
      expect(hexOf(picture)).toBe(oracle(picture));
    }
  });
});

it("tells a rich picture from a plain one", async () => {
  expect(await comparable(await generatePicture(41))).toBe(true);
  expect(await comparable(await flatPicture(41))).toBe(false);
});

function hexOf(picture: Picture): string {
  return Buffer.from(blockhash256(picture).hash).toString("hex");
}

function oracle(picture: Picture): string {
  const { width, height } = picture;
  return bmvbhash({ width, height, data: rgba(picture) }, 16);
}

async function comparable(bytes: Uint8Array): Promise<boolean> {
  const decoded = await decodePicture(bytes);
  if (!decoded.ok) throw new Error(decoded.reason);
  return blockhashIsComparable(blockhash256(decoded.picture));
}
