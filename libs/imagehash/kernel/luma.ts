import { addedOf, fourPixels, pickOf } from "./four-pixels";
import { storeTurned } from "./turn";

/** Read from memory before a loop: engines build a constant vector anew in each round. */
const factors: usize = memory.data<f32>([0.299, 0.587, 0.114]);
const masks: usize = memory.data<u32>([0xff000000, 255]);

/** Brightness of eight rows of pixels, turned: the eight values of a column lie beside each other. */
export function lumaTurned(pixels: usize, width: i32, channels: i32, to: usize): void {
  const row = <usize>width * channels;
  const pick = pickOf(channels);
  const added = addedOf(channels);
  const alpha = v128.load32_splat(masks);
  const byte = v128.load32_splat(masks, 4);
  const r = v128.load32_splat(factors);
  const g = v128.load32_splat(factors, 4);
  const b = v128.load32_splat(factors, 8);
  for (let x: i32 = 0; x < width; x += 4) {
    const at = pixels + x * channels;
    const l0 = luma(fourPixels(at, pick, added, alpha), byte, r, g, b);
    const l1 = luma(fourPixels(at + row, pick, added, alpha), byte, r, g, b);
    const l2 = luma(fourPixels(at + 2 * row, pick, added, alpha), byte, r, g, b);
    const l3 = luma(fourPixels(at + 3 * row, pick, added, alpha), byte, r, g, b);
    storeTurned(to, 32, l0, l1, l2, l3);
    const below = at + 4 * row;
    const l4 = luma(fourPixels(below, pick, added, alpha), byte, r, g, b);
    const l5 = luma(fourPixels(below + row, pick, added, alpha), byte, r, g, b);
    const l6 = luma(fourPixels(below + 2 * row, pick, added, alpha), byte, r, g, b);
    const l7 = luma(fourPixels(below + 3 * row, pick, added, alpha), byte, r, g, b);
    storeTurned(to + 16, 32, l4, l5, l6, l7);
    to += 128;
  }
}

/** Each product and each sum is rounded. */
function luma(four: v128, byte: v128, r: v128, g: v128, b: v128): v128 {
  const red = f32x4.convert_i32x4_s(v128.and(four, byte));
  const green = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(four, 8), byte));
  const blue = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(four, 16), byte));
  return f32x4.add(f32x4.add(f32x4.mul(r, red), f32x4.mul(g, green)), f32x4.mul(b, blue));
}
