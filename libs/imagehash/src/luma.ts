import type { Picture } from "./pixels.ts";

/**
 * Brightness of every pixel in single precision, as the reference implementation of PDQ computes it:
 * each product and each sum is rounded to 32 bits, which storing into a Float32Array does.
 */
export function luma({ width, height, pixels }: Picture): Float32Array {
  const out = new Float32Array(width * height);
  for (let i = 0, at = 0; i < out.length; i++, at += 4) {
    if (pixels[at + 3] === 0) {
      out[i] = WHITE;
      continue;
    }
    const redGreen = Math.fround((RED[pixels[at] as number] as number) + (GREEN[pixels[at + 1] as number] as number));
    out[i] = redGreen + (BLUE[pixels[at + 2] as number] as number);
  }
  return out;
}

const RED = products(0.299);
const GREEN = products(0.587);
const BLUE = products(0.114);
const WHITE = Math.fround((RED[255] as number) + (GREEN[255] as number)) + (BLUE[255] as number);

function products(weight: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => Math.fround(weight) * value);
}
