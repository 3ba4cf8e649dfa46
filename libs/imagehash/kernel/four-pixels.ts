// Four pixels as a vector of red, green, blue and alpha each, whether the picture has an alpha channel or not.

/** Which bytes to take, and what to add to them, per number of channels: byte 128 is none, so that it becomes 0. */
const pick3: usize = memory.data<u8>([0, 1, 2, 128, 3, 4, 5, 128, 6, 7, 8, 128, 9, 10, 11, 128]);
const pick4: usize = memory.data<u8>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
const added3: usize = memory.data<u32>([0xff000000]);
const added4: usize = memory.data<u32>([0]);

export function pickOf(channels: i32): v128 {
  return v128.load(channels === 3 ? pick3 : pick4);
}

export function addedOf(channels: i32): v128 {
  return v128.load32_splat(channels === 3 ? added3 : added4);
}

/** A fully transparent pixel becomes white. `alpha` has the bits of the alpha channel. */
export function fourPixels(at: usize, pick: v128, added: v128, alpha: v128): v128 {
  const four = v128.or(i8x16.swizzle(v128.load(at), pick), added);
  return v128.or(four, i32x4.eq(v128.and(four, alpha), v128.xor(alpha, alpha)));
}
