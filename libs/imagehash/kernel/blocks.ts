// Blockhash: the brightness of 16 × 16 blocks whose borders may cut through pixels. A border lies at a multiple of a
// sixteenth of a pixel, so that all is counted in whole 1/256 of a pixel; the sums of doubles are exact in any order.
import { release, room, ROWS } from "./memory";

/** Read from memory before a loop: engines build a constant vector anew in each round. */
const masks: usize = memory.data<u32>([0xff000000, 1]);
const sums: usize = memory.data(256 * 8, 16);
let pixels: usize = 0;
let width: i32 = 0;
let height: i32 = 0;
let y: i32 = 0;

/** Begins a picture; returns where the host puts its strips. */
export function openBlocks(ofWidth: i32, ofHeight: i32): usize {
  width = ofWidth;
  height = ofHeight;
  y = 0;
  memory.fill(sums, 0, 256 * 8);
  release(__heap_base);
  pixels = room(width * 4 * ROWS);
  return pixels;
}

/** 256 doubles: red + green + blue of each block, in 1/256. */
export function blockSums(): usize {
  return sums;
}

export function addBlocks(rows: i32): void {
  for (let row: i32 = 0; row < rows; row++, y++) {
    const block = <i32>(((<i64>y) << 4) / height);
    // What of this row, in sixteenths, lies beyond the next border between blocks.
    const beyond = <i32>max<i64>(0, ((<i64>(y + 1)) << 4) - <i64>(block + 1) * height);
    addRow(pixels + row * width * 4, sums + block * 128, 16 - beyond, beyond);
  }
}

function addRow(row: usize, blocks: usize, weight: i32, weightBelow: i32): void {
  let x: i32 = 0;
  let carried: i32 = 0;
  for (let block: i32 = 0; block < 16; block++) {
    const border = <i64>(block + 1) * width;
    const whole = <i32>(border >> 4);
    let sum = carried + (sumOf(row + x * 4, whole - x) << 4);
    const cut = <i32>(border & 15);
    carried = 0;
    x = whole;
    if (cut > 0) {
      const value = sumOf(row + x * 4, 1);
      sum += value * cut;
      carried = value * (16 - cut);
      x++;
    }
    add(blocks + block * 8, sum, weight);
    if (weightBelow > 0) add(blocks + 128 + block * 8, sum, weightBelow);
  }
}

function add(at: usize, sum: i32, weight: i32): void {
  store<f64>(at, load<f64>(at) + <f64>(<u32>sum) * <f64>weight);
}

/** Red + green + blue of so many pixels; one that is fully transparent counts as white. */
function sumOf(at: usize, count: i32): i32 {
  const alpha = v128.load32_splat(masks);
  const ones = v128.load16_splat(masks, 4);
  let total = v128.xor(alpha, alpha);
  const none = total;
  const stop = at + ((count >> 2) << 4);
  for (; at < stop; at += 16) {
    let four = v128.load(at);
    four = v128.or(four, i32x4.eq(v128.and(four, alpha), none));
    const pairs = i16x8.extadd_pairwise_i8x16_u(v128.andnot(four, alpha));
    total = i32x4.add(total, i32x4.dot_i16x8_s(pairs, ones));
  }
  let rest: i32 = 0;
  for (let i: i32 = count & 3; i > 0; i--, at += 4) {
    const one = load<u32>(at);
    rest += one >> 24 === 0 ? 765 : (one & 255) + ((one >> 8) & 255) + ((one >> 16) & 255);
  }
  return rest + sumOfLanes(total);
}

function sumOfLanes(four: v128): i32 {
  const two = i32x4.add(four, v128.shuffle<i64>(four, four, 1, 0));
  return i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1);
}
