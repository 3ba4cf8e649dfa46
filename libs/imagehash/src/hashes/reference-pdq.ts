import type { Picture } from "../decode/pixels.ts";
import { bitsAboveMedian, gradientQuality } from "./pdq.ts";

/**
 * PDQ in plain TypeScript that follows the reference implementation line by line, of the picture as it lies. Some twenty
 * times slower than the kernel, and four bytes a pixel of memory: it is what the kernel is held to, in tests bit for bit
 * and in service now and then.
 */
export function referencePdq(picture: Picture): { readonly hash: Uint8Array; readonly quality: number } {
  const { small, frequencies } = referenceShrunk(picture);
  return { hash: bitsAboveMedian(frequencies), quality: gradientQuality(small) };
}

/** The picture shrunk to 64 × 64, and its lowest frequencies. */
export function referenceShrunk(picture: Picture): { small: Float32Array; frequencies: Float32Array } {
  const small = shrinkTo64(luma(picture), picture.width, picture.height);
  return { small, frequencies: lowFrequencies(small) };
}

/**
 * Brightness of every pixel in single precision, as the reference implementation of PDQ computes it:
 * each product and each sum is rounded to 32 bits, which storing into a Float32Array does.
 */
function luma({ width, height, channels, pixels }: Picture): Float32Array {
  const out = new Float32Array(width * height);
  for (let i = 0, at = 0; i < out.length; i++, at += channels) {
    if (channels === 4 && pixels[at + 3] === 0) {
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

/**
 * Shrinks a plane of brightness to 64 × 64: two passes of a box filter across and down (together a tent, "Jarosz"
 * filter), then the sample at the centre of each cell. The plane is overwritten.
 *
 * Sums run along each line in single precision and in the order of the reference implementation, since a hash bit
 * may hang on the last digit.
 */
function shrinkTo64(plane: Float32Array, width: number, height: number): Float32Array {
  for (let pass = 0; pass < 2; pass++) {
    boxAcross(plane, width, height, windowFor(width));
    boxDown(plane, width, height, windowFor(height));
  }
  const out = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    const from = Math.trunc(((row + 0.5) * height) / SIDE) * width;
    for (let column = 0; column < SIDE; column++) {
      out[row * SIDE + column] = plane[from + Math.trunc(((column + 0.5) * width) / SIDE)] as number;
    }
  }
  return out;
}

const SIDE = 64;

/** Half a cell a pass, rounded up: two passes together cover one cell. */
function windowFor(length: number): number {
  return Math.ceil(length / (2 * SIDE));
}

/**
 * The running mean of `window` neighbours. At step t the value at t enters the sum, the one at t − window leaves it,
 * and the mean belongs to position t − lead; at both ends the window is shorter.
 */
function boxAcross(plane: Float32Array, width: number, height: number, window: number): void {
  const lead = window >> 1;
  const line = new Float32Array(width);
  for (let start = 0; start < width * height; start += width) {
    line.set(plane.subarray(start, start + width));
    let sum = 0;
    let count = 0;
    for (let t = 0; t < width + lead; t++) {
      if (t < width) {
        sum = Math.fround(sum + (line[t] as number));
        count++;
      }
      if (t >= window) {
        sum = Math.fround(sum - (line[t - window] as number));
        count--;
      }
      if (t >= lead) plane[start + t - lead] = sum / count;
    }
  }
}

/** The same downwards, all columns beside each other; `ring` keeps the last `window` rows, which were overwritten. */
function boxDown(plane: Float32Array, width: number, height: number, window: number): void {
  const lead = window >> 1;
  const sums = new Float32Array(width);
  const ring = new Float32Array(window * width);
  let count = 0;
  for (let t = 0; t < height + lead; t++) {
    const slot = (t % window) * width;
    if (t < height) {
      count++;
      add(sums, plane, t * width);
    }
    if (t >= window) {
      count--;
      subtract(sums, ring, slot);
    }
    if (t < height) ring.set(plane.subarray(t * width, (t + 1) * width), slot);
    if (t >= lead) {
      const to = (t - lead) * width;
      for (let x = 0; x < width; x++) plane[to + x] = (sums[x] as number) / count;
    }
  }
}

function add(sums: Float32Array, values: Float32Array, from: number): void {
  for (let x = 0; x < sums.length; x++) sums[x] = (sums[x] as number) + (values[from + x] as number);
}

function subtract(sums: Float32Array, values: Float32Array, from: number): void {
  for (let x = 0; x < sums.length; x++) sums[x] = (sums[x] as number) - (values[from + x] as number);
}

/**
 * The 16 × 16 lowest frequencies (without the constant ones) of a 64 × 64 plane, row by row.
 * Products and sums are rounded to single precision in the order of the reference implementation.
 */
function lowFrequencies(plane: Float32Array): Float32Array {
  const half = new Float32Array(OUT * IN);
  for (let i = 0; i < OUT; i++) {
    for (let j = 0; j < IN; j++) {
      let sum = 0;
      for (let k = 0; k < IN; k++) {
        sum = Math.fround(sum + Math.fround((COSINES[i * IN + k] as number) * (plane[k * IN + j] as number)));
      }
      half[i * IN + j] = sum;
    }
  }
  const out = new Float32Array(OUT * OUT);
  for (let i = 0; i < OUT; i++) {
    for (let j = 0; j < OUT; j++) {
      let sum = 0;
      for (let k = 0; k < IN; k++) {
        sum = Math.fround(sum + Math.fround((half[i * IN + k] as number) * (COSINES[j * IN + k] as number)));
      }
      out[i * OUT + j] = sum;
    }
  }
  return out;
}

const IN = 64;
const OUT = 16;

const COSINES = Float32Array.from({ length: OUT * IN }, (_, at) => {
  const frequency = Math.trunc(at / IN) + 1;
  return Math.fround(Math.sqrt(2 / IN)) * Math.cos((Math.PI / 2 / IN) * frequency * (2 * (at % IN) + 1));
});
