// Blockhash: the brightness of 16 × 16 blocks whose borders may cut through pixels. A border lies at a multiple of a
// sixteenth of a pixel, so that all is counted in whole 1/256 of a pixel; the sums of doubles are exact in any order.
import { addedOf, fourPixels, pickOf } from "./four-pixels";
import { release, room, ROWS } from "./memory";

/** Read from memory before a loop: engines build a constant vector anew in each round. */
const masks: usize = memory.data<u32>([0xff000000, 1]);
/** Masks of the first 0, 1, 2 and 3 lanes. */
const lanes: usize = memory.data<i32>([0, 0, 0, 0, -1, 0, 0, 0, -1, -1, 0, 0, -1, -1, -1, 0], 16);
const sums: usize = memory.data(256 * 8, 16);
let pixels: usize = 0;
let width: i32 = 0;
let height: i32 = 0;
let channels: i32 = 0;
let y: i32 = 0;

/** Begins a picture; returns where the host puts its strips. */
export function openBlocks(ofWidth: i32, ofHeight: i32, ofChannels: i32): usize {
  width = ofWidth;
  height = ofHeight;
  channels = ofChannels;
  y = 0;
  memory.fill(sums, 0, 256 * 8);
  release(__heap_base);
  pixels = room(width * channels * ROWS);
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
    addRow(pixels + row * width * channels, sums + block * 128, 16 - beyond, beyond);
  }
}

function addRow(row: usize, blocks: usize, weight: i32, weightBelow: i32): void {
  let x: i32 = 0;
  let carried: i32 = 0;
  for (let block: i32 = 0; block < 16; block++) {
    const border = <i64>(block + 1) * width;
    const whole = <i32>(border >> 4);
    let sum = carried + (sumOf(row + x * channels, whole - x) << 4);
    const cut = <i32>(border & 15);
    carried = 0;
    x = whole;
    if (cut > 0) {
      const value = sumOf(row + x * channels, 1);
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

/** Red + green + blue of so many pixels. */
function sumOf(at: usize, count: i32): i32 {
  const pick = pickOf(channels);
  const added = addedOf(channels);
  const alpha = v128.load32_splat(masks);
  const ones = v128.load16_splat(masks, 4);
  let total = v128.xor(alpha, alpha);
  const step = <usize>channels * 4;
  for (let left = count >> 2; left > 0; left--, at += step) {
    const colours = v128.andnot(fourPixels(at, pick, added, alpha), alpha);
    total = i32x4.add(total, i32x4.dot_i16x8_s(i16x8.extadd_pairwise_i8x16_u(colours), ones));
  }
  // The pixels that are left are the first lanes of one more vector.
  const colours = v128.andnot(fourPixels(at, pick, added, alpha), alpha);
  const last = v128.and(colours, v128.load(lanes + (count & 3) * 16));
  return sumOfLanes(i32x4.add(total, i32x4.dot_i16x8_s(i16x8.extadd_pairwise_i8x16_u(last), ones)));
}

export function sumOfLanes(four: v128): i32 {
  const two = i32x4.add(four, v128.shuffle<i64>(four, four, 1, 0));
  return i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1);
}
