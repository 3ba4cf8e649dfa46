// Pictures with transparent parts: how much of them is, and what they show on a ground. Pixels come in strips, four bytes
// each (red, green, blue and alpha), and leave in three, in the same place.
import { sumOfLanes } from "./blocks";
import { release, room } from "./memory";

/** Read from memory before a loop: engines build a constant vector anew in each round. */
const bytes: usize = memory.data<u32>([255]);
const words: usize = memory.data<u16>([255, 128]);
/** The alpha of each of four pixels in the place of all its bytes; their colours without it: byte 128 is none. */
const alphas: usize = memory.data<u8>([3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15]);
const colours: usize = memory.data<u8>([0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 128, 128, 128, 128]);

let pixels: usize = 0;
let sum: f64 = 0;
let mixed: f64 = 0;
let least: i32 = 255;
let most: i32 = 0;

/** Begins a picture; returns where the host puts its strips, of so many pixels at most. */
export function openLayers(strip: i32): usize {
  sum = mixed = 0;
  least = 255;
  most = 0;
  release(__heap_base);
  pixels = room(<usize>strip * 4);
  return pixels;
}

/** Looks at the alpha of a strip. */
export function addAlpha(count: i32): void {
  const byte = v128.load32_splat(bytes);
  const none = v128.xor(byte, byte);
  let sums = none;
  let mixes = none;
  let low = byte;
  let high = none;
  let at = pixels;
  for (const end = pixels + <usize>(count & ~3) * 4; at < end; at += 16) {
    const alpha = i32x4.shr_u(v128.load(at), 24);
    sums = i32x4.add(sums, alpha);
    low = i32x4.min_u(low, alpha);
    high = i32x4.max_u(high, alpha);
    // A comparison that holds is -1.
    mixes = i32x4.sub(mixes, v128.not(v128.or(i32x4.eq(alpha, none), i32x4.eq(alpha, byte))));
  }
  sum += <f64>sumOfLanes(sums);
  mixed += <f64>sumOfLanes(mixes);
  low = i32x4.min_u(low, v128.shuffle<i64>(low, low, 1, 0));
  high = i32x4.max_u(high, v128.shuffle<i64>(high, high, 1, 0));
  least = min(least, min(i32x4.extract_lane(low, 0), i32x4.extract_lane(low, 1)));
  most = max(most, max(i32x4.extract_lane(high, 0), i32x4.extract_lane(high, 1)));
  for (const end = pixels + <usize>count * 4; at < end; at += 4) {
    const alpha = <i32>load<u8>(at, 3);
    sum += <f64>alpha;
    if (alpha !== 0 && alpha !== 255) mixed += 1;
    least = min(least, alpha);
    most = max(most, alpha);
  }
}

/** All alpha together, of 255 a pixel. */
export function alphaSum(): f64 {
  return sum;
}

/** Pixels that are there in part. */
export function alphaMixed(): f64 {
  return mixed;
}

/** The least and the most alpha of a pixel. */
export function alphaLeast(): i32 {
  return least;
}

export function alphaMost(): i32 {
  return most;
}

/** A strip on a ground of 0 or 255, by 255 and rounded. */
export function putOn(count: i32, ground: i32): void {
  const whole = v128.load16_splat(words);
  const half = v128.load16_splat(words, 2);
  const under = i16x8.splat(<i16>ground);
  const spread = v128.load(alphas);
  const packed = v128.load(colours);
  let to = pixels;
  for (let at = pixels, end = pixels + <usize>count * 4; at < end; at += 16) {
    const four = v128.load(at);
    const alpha = i8x16.swizzle(four, spread);
    const low = mix(i16x8.extend_low_i8x16_u(four), i16x8.extend_low_i8x16_u(alpha), under, whole, half);
    const high = mix(i16x8.extend_high_i8x16_u(four), i16x8.extend_high_i8x16_u(alpha), under, whole, half);
    v128.store(to, i8x16.swizzle(i8x16.narrow_i16x8_u(low, high), packed));
    to += 12;
  }
}

/** As if what is half transparent were not: what is not there at all is white. */
export function uncover(count: i32): void {
  const byte = v128.load32_splat(bytes);
  const none = v128.xor(byte, byte);
  const packed = v128.load(colours);
  let to = pixels;
  for (let at = pixels, end = pixels + <usize>count * 4; at < end; at += 16) {
    const four = v128.load(at);
    const hidden = i32x4.eq(i32x4.shr_u(four, 24), none);
    v128.store(to, i8x16.swizzle(v128.or(four, hidden), packed));
    to += 12;
  }
}

/** In whole numbers of 16 bits: 255 × 255 and a half fit. */
function mix(value: v128, alpha: v128, under: v128, whole: v128, half: v128): v128 {
  const through = i16x8.mul(i16x8.sub(whole, alpha), under);
  const sum = i16x8.add(i16x8.add(i16x8.mul(value, alpha), through), half);
  return i16x8.shr_u(i16x8.add(sum, i16x8.shr_u(sum, 8)), 8);
}
