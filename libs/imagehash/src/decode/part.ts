import type { Picture } from "./pixels.ts";

/** Where a part of a picture lies; `right` and `bottom` are the first column and row beyond it. */
export type Frame = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

/** A part of a picture, copied. */
export function part({ width, channels, pixels }: Picture, { left, top, right, bottom }: Frame): Picture {
  const rowBytes = (right - left) * channels;
  const out = new Uint8Array(rowBytes * (bottom - top));
  for (let row = top; row < bottom; row++) {
    const from = (row * width + left) * channels;
    out.set(pixels.subarray(from, from + rowBytes), (row - top) * rowBytes);
  }
  return { width: right - left, height: bottom - top, channels, pixels: out };
}
