import { readFileSync } from "node:fs";
import type { Mirrored } from "./dihedral.ts";
import type { Picture } from "../decode/pixels.ts";

/** What kernel/index.ts exports; addresses are in bytes. */
type Kernel = {
  readonly memory: { readonly buffer: ArrayBuffer };
  openBlocks(width: number, height: number, channels: number): number;
  addBlocks(rows: number): void;
  blockSums(): number;
  openShrink(width: number, height: number, channels: number): number;
  shrinkRows(rows: number): void;
  closeShrink(): number;
  phases(): number;
  cosines(turned: boolean): number;
  transform(plane: number): number;
  openLayers(strip: number): number;
  addAlpha(count: number): void;
  alphaSum(): number;
  alphaMixed(): number;
  alphaLeast(): number;
  alphaMost(): number;
  putOn(count: number, ground: number): void;
  uncover(count: number): void;
};

const file = readFileSync(new URL("../../kernel/kernel.wasm", import.meta.url));
const kernel = new WebAssembly.Instance(new WebAssembly.Module(file)).exports as unknown as Kernel;

/** Rows that the kernel takes at once. */
const STRIP = 8;
/** Sides of the shrunk plane and of its lowest frequencies. */
const [IN, OUT] = [64, 16];

for (let row = 0; row < OUT; row++) {
  for (let at = 0; at < IN; at++) {
    const value = Math.fround(Math.sqrt(2 / IN)) * Math.cos((Math.PI / 2 / IN) * (row + 1) * (2 * at + 1));
    floats(kernel.cosines(false), IN * OUT)[row * IN + at] = value;
    floats(kernel.cosines(true), IN * OUT)[at * OUT + row] = value;
  }
}

/** Red + green + blue of 16 × 16 blocks, row by row, exact; a fully transparent pixel counts as white. */
export function blockSums(picture: Picture): Float64Array {
  const strip = kernel.openBlocks(picture.width, picture.height, picture.channels);
  handOver(picture, strip, (rows) => kernel.addBlocks(rows));
  return new Float64Array(kernel.memory.buffer, kernel.blockSums(), 256).map((sum) => sum / 256);
}

/** A picture shrunk to 64 × 64, and its 16 × 16 lowest frequencies without the constant ones. */
export type Shrunk = {
  readonly small: Float32Array;
  readonly frequencies: Float32Array;
  /**
   * The frequencies of the picture's cells as the shrink of the mirrored picture fills them: the filter and the samples
   * lie a pixel off centre, to the other side then.
   */
  readonly phase: (mirrored: Mirrored) => Float32Array;
};

/**
 * The brightness of a picture shrunk to 64 × 64 by two passes of a box filter (together a tent, "Jarosz" filter), and
 * its lowest frequencies. In single precision and in the reference implementation's order of additions, since a hash
 * bit may hang on the last digit.
 */
export function shrunk(picture: Picture): Shrunk {
  const strip = kernel.openShrink(picture.width, picture.height, picture.channels);
  handOver(picture, strip, (rows) => kernel.shrinkRows(rows));
  const planes = kernel.closeShrink();
  const phases = kernel.phases();
  const frequencies = [0, 1, 2, 3].map((phase) =>
    (phase & phases) === phase ? floats(kernel.transform(planes + phaseAt(phase)), OUT * OUT).slice() : undefined,
  );
  const small = new Float32Array(IN * IN);
  for (let row = 0; row < IN; row++) small.set(floats(planes + row * PLANE_ROW, IN), row * IN);
  const [upright] = frequencies as [Float32Array];
  return {
    small,
    frequencies: upright,
    phase: ({ across, down }) => frequencies[phases & ((across ? 1 : 0) | (down ? 2 : 0))] as Float32Array,
  };
}

/** Two planes lie beside each other and two below them. */
const PLANE_ROW = 2 * IN * 4;
const phaseAt = (phase: number) => (phase & 1) * IN * 4 + (phase >> 1) * IN * PLANE_ROW;

function handOver({ width, height, channels, pixels }: Picture, strip: number, take: (rows: number) => void): void {
  const memory = new Uint8Array(kernel.memory.buffer);
  const rowBytes = width * channels;
  for (let row = 0; row < height; row += STRIP) {
    const rows = Math.min(STRIP, height - row);
    memory.set(pixels.subarray(row * rowBytes, (row + rows) * rowBytes), strip);
    take(rows);
  }
}

/** Pixels, of four bytes, that the kernel takes at once where rows do not matter. */
const LAYER_STRIP = 16_384;

/** How transparent pixels of four bytes are. */
export type Alpha = {
  /** Of all together, of 255 a pixel. */
  readonly sum: number;
  /** Whether all are as transparent as each other. */
  readonly isEven: boolean;
};

/** How transparent pixels are of which each is there or not; undefined where one is there in part. 1 ms a megapixel. */
export function plainAlpha(pixels: Uint8Array): Alpha | undefined {
  eachStrip(pixels, (count) => {
    kernel.addAlpha(count);
    return kernel.alphaMixed() === 0;
  });
  return kernel.alphaMixed() === 0 ? alphaSeen() : undefined;
}

function alphaSeen(): Alpha {
  return { sum: kernel.alphaSum(), isEven: kernel.alphaLeast() === kernel.alphaMost() };
}

/** Pixels of four bytes in three, on white, and how transparent they are. 3 ms a megapixel. */
export function onWhite(pixels: Uint8Array): { shown: Uint8Array; alpha: Alpha } {
  const shown = flat(pixels, new Uint8Array((pixels.length / 4) * 3), (count) => {
    kernel.addAlpha(count);
    kernel.putOn(count, 255);
  });
  return { shown, alpha: alphaSeen() };
}

/** On black. The pixels themselves may be what it is written to. */
export function onBlack(pixels: Uint8Array, out: Uint8Array = new Uint8Array((pixels.length / 4) * 3)): Uint8Array {
  return flat(pixels, out, (count) => kernel.putOn(count, 0));
}

/** As if what is half transparent were not; what is not there at all is white. */
export function uncovered(pixels: Uint8Array): Uint8Array {
  return flat(pixels, new Uint8Array((pixels.length / 4) * 3), (count) => kernel.uncover(count));
}

function flat(pixels: Uint8Array, out: Uint8Array, flatten: (count: number) => void): Uint8Array {
  let to = 0;
  eachStrip(pixels, (count, strip) => {
    flatten(count);
    out.set(strip.subarray(0, count * 3), to);
    to += count * 3;
    return true;
  });
  return out.subarray(0, to);
}

/** As long as `take` says so. */
function eachStrip(pixels: Uint8Array, take: (count: number, strip: Uint8Array) => boolean): void {
  const at = kernel.openLayers(LAYER_STRIP);
  const strip = new Uint8Array(kernel.memory.buffer, at, LAYER_STRIP * 4);
  for (let from = 0; from < pixels.length; from += strip.length) {
    const part = pixels.subarray(from, from + strip.length);
    strip.set(part);
    if (!take(part.length / 4, strip)) return;
  }
}

function floats(at: number, length: number): Float32Array {
  return new Float32Array(kernel.memory.buffer, at, length);
}
