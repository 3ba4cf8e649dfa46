import fc from "fast-check";
import { expect, test } from "vitest";
import { layersOf } from "./layers.ts";

const pixel = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.constantFrom(0, 1, 60, 254, 255));
const of = (pixels: readonly number[][]) => {
  return { width: pixels.length, height: 1, channels: 4, pixels: Uint8Array.from(pixels.flat()) } as const;
};

test("whatever is transparent shows the ground as far as it is", () => {
  fc.assert(
    fc.property(fc.array(pixel, { minLength: 1, maxLength: 30 }), fc.boolean(), (pixels, usesUp) => {
      const picture = of(pixels);
      const { onWhite, onBlack, opaque } = layersOf(picture, usesUp);
      const mixed = (ground: number) =>
        pixels.flatMap(([red, green, blue, alpha]) =>
          [red, green, blue].map((value) => Math.round((value * alpha + ground * (255 - alpha)) / 255)),
        );
      // What is not there at all counts as white.
      if (pixels.every(([, , , alpha]) => alpha === 0 || alpha === 255)) expect(onWhite).toBe(picture);
      else expect([...onWhite.pixels]).toEqual(mixed(255));
      const bare = pixels.flatMap(([red, green, blue, alpha]) => (alpha === 0 ? [255, 255, 255] : [red, green, blue]));
      expect(opaque === undefined).toBe(pixels.every(([, , , alpha]) => alpha === 0 || alpha === 255));
      if (opaque !== undefined) expect([...opaque().pixels]).toEqual(bare);
      const [[, , , first]] = pixels as [(typeof pixels)[0]];
      const asOnWhite =
        pixels.every(([, , , alpha]) => alpha >= 254) || pixels.every(([, , , alpha]) => alpha === first);
      if (asOnWhite) expect(onBlack).toBeUndefined();
      if (onBlack !== undefined) expect([...onBlack().pixels]).toEqual(mixed(0));
    }),
  );
});
