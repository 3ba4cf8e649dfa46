import { storeTurned } from "./turn";

/** Read from memory before a loop: engines build a constant vector anew in each round. */
const factors: usize = memory.data<f32>([0.299, 0.587, 0.114]);
const masks: usize = memory.data<u32>([0xff000000, 255]);

/** Brightness of eight rows of pixels, turned: the eight values of a column lie beside each other. */
export function lumaTurned(pixels: usize, width: i32, to: usize): void {
  const row = <usize>width * 4;
  const alpha = v128.load32_splat(masks);
  const byte = v128.load32_splat(masks, 4);
  const r = v128.load32_splat(factors);
  const g = v128.load32_splat(factors, 4);
  const b = v128.load32_splat(factors, 8);
  for (let x: i32 = 0; x < width; x += 4) {
    const at = pixels + x * 4;
    const l0 = luma(v128.load(at), alpha, byte, r, g, b);
    const l1 = luma(v128.load(at + row), alpha, byte, r, g, b);
    const l2 = luma(v128.load(at + 2 * row), alpha, byte, r, g, b);
    const l3 = luma(v128.load(at + 3 * row), alpha, byte, r, g, b);
    storeTurned(to, 32, l0, l1, l2, l3);
    const below = at + 4 * row;
    const l4 = luma(v128.load(below), alpha, byte, r, g, b);
    const l5 = luma(v128.load(below + row), alpha, byte, r, g, b);
    const l6 = luma(v128.load(below + 2 * row), alpha, byte, r, g, b);
    const l7 = luma(v128.load(below + 3 * row), alpha, byte, r, g, b);
    storeTurned(to + 16, 32, l4, l5, l6, l7);
    to += 128;
  }
}

/** Of four pixels, each product and each sum rounded; a fully transparent pixel counts as white. */
function luma(pixels: v128, alpha: v128, byte: v128, r: v128, g: v128, b: v128): v128 {
  const four = v128.or(pixels, i32x4.eq(v128.and(pixels, alpha), v128.xor(byte, byte)));
  const red = f32x4.convert_i32x4_s(v128.and(four, byte));
  const green = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(four, 8), byte));
  const blue = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(four, 16), byte));
  return f32x4.add(f32x4.add(f32x4.mul(r, red), f32x4.mul(g, green)), f32x4.mul(b, blue));
}
