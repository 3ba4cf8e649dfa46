import fc from "fast-check";
import { expect, test } from "vitest";
import type { Picture } from "../decode/pixels.ts";
import { byBlocks } from "./by-blocks.ts";

const side = fc.integer({ min: 1, max: 40 });
const pictures = fc
  .tuple(side, side, fc.constantFrom(3 as const, 4 as const), fc.infiniteStream(fc.nat({ max: 255 })))
  .map(([width, height, channels, values]): Picture => {
    const pixels = Uint8Array.from({ length: width * height * channels }, () => values.next().value ?? 0);
    return { width, height, channels, pixels };
  });

test("each pixel is the mean of its block, and what is clear is white", () => {
  fc.assert(
    fc.property(pictures, fc.integer({ min: 1, max: 50 }), (picture, longest) => {
      const { width, height, channels, pixels } = picture;
      const small = byBlocks(picture, longest);
      const block = Math.ceil(Math.max(width, height) / longest);
      const isAsItIs = block === 1 || Math.min(width, height) < block;
      expect(small === picture).toBe(isAsItIs);
      if (isAsItIs) return;
      expect([small.width, small.height]).toEqual([Math.floor(width / block), Math.floor(height / block)]);
      expect(Math.max(small.width, small.height)).toBeLessThanOrEqual(longest);
      const value = (x: number, y: number, channel: number) => {
        const at = (y * width + x) * channels;
        return channels === 4 && pixels[at + 3] === 0 ? 255 : (pixels[at + channel] ?? 0);
      };
      const steps = Array.from({ length: block * block }, (_, nth) => [nth % block, Math.floor(nth / block)] as const);
      for (let nth = 0; nth < small.pixels.length; nth++) {
        const [x, y] = [Math.floor(nth / 3) % small.width, Math.floor(nth / 3 / small.width)];
        const sum = steps.reduce((all, [right, down]) => all + value(x * block + right, y * block + down, nth % 3), 0);
        expect(small.pixels[nth]).toBe(Math.round(sum / block ** 2));
      }
    }),
    { numRuns: 50 },
  );
});
