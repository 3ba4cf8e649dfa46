import { chunksOf } from "./png-chunks.ts";

/** How the values of a picture become light, where its file says it and it is not what is assumed else. */
export type Colours = {
  /** A value, as a share of the whole, to the power of this is its light. */
  readonly exponent: number;
  /** From its own red, green and blue to those of sRGB, row by row; undefined: they are the same. */
  readonly matrix?: readonly number[] | undefined;
  readonly bits: number;
};

/**
 * What browsers take from a PNG's gamma (gAMA, and with it the primaries of cHRM): nothing where the file names sRGB or
 * brings a profile, which the decoder applies. A gamma within a twentieth of the usual one changes nothing that can be
 * seen, and most programs write that.
 */
export function pngColours(bytes: Uint8Array): Colours | undefined {
  let [bits, gamma, primaries]: [number, number, Buffer | undefined] = [8, 0, undefined];
  for (const { type, data } of chunksOf(bytes)) {
    if (type === "sRGB" || type === "iCCP") return undefined;
    if (type === "IDAT") break;
    if (type === "IHDR" && data.length >= 9) bits = data.readUInt8(8);
    if (type === "cICP" && data.length >= 2) return coloursOf(data.readUInt8(1), bits);
    if (type === "gAMA" && data.length >= 4) gamma = data.readUInt32BE(0) / 100_000;
    if (type === "cHRM" && data.length >= 32) primaries = data;
  }
  const matrix = primaries && matrixOf(primaries);
  const isUsual = matrix === undefined && Math.abs(gamma * 2.2 - 1) < 0.05;
  return gamma === 0 || isUsual ? undefined : { exponent: 1 / gamma, matrix, bits };
}

/** The colours that a number of ITU-T H.273 stands for; undefined where it means what is assumed else, or is not known. */
export function coloursOf(transfer: number, bits: number): Colours | undefined {
  const exponent = EXPONENTS.get(transfer);
  return exponent === undefined ? undefined : { exponent, bits };
}

/** Gamma 2.2 is what is shown without a word. */
const EXPONENTS: ReadonlyMap<number, number> = new Map([
  [5, 2.8],
  [8, 1],
]);

/** So far coordinates may lie from sRGB's, in hundred-thousandths, and mean it. */
const SAME = 500;
const SRGB = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000];

function matrixOf(data: Buffer): number[] | undefined {
  const given = SRGB.map((_, i) => data.readUInt32BE(i * 4));
  if (given.every((value, i) => Math.abs(value - (SRGB[i] as number)) <= SAME)) return undefined;
  const [own, back] = [toXyz(given), toXyz(SRGB, inverse)];
  const adapted = own && adaptation(whiteOf(own));
  return own && back && adapted && product(back, product(adapted, own));
}

/** From the chromaticities of white, red, green and blue; undefined where they span nothing. */
function toXyz(chromaticities: readonly number[], then?: typeof inverse): number[] | undefined {
  const [white, ...colours] = [0, 2, 4, 6].map((at) => {
    const [x, y] = [(chromaticities[at] as number) / 100_000, (chromaticities[at + 1] as number) / 100_000];
    return y === 0 ? undefined : [x / y, 1, (1 - x - y) / y];
  });
  if (white === undefined || colours.some((colour) => colour === undefined)) return undefined;
  const columns = [0, 1, 2].flatMap((row) => colours.map((colour) => (colour as number[])[row] as number));
  const back = inverse(columns);
  const scales = back && transformed(back, white);
  const matrix = scales && columns.map((value, i) => value * (scales[i % 3] as number));
  return matrix && then !== undefined ? then(matrix) : matrix;
}

/** What eyes make of one white is what they make of another: by Bradford's cones. */
const CONES = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];
const D65 = [0.95046, 1, 1.08906];

function adaptation(white: readonly number[]): number[] | undefined {
  const [from, to, back] = [transformed(CONES, white), transformed(CONES, D65), inverse(CONES)];
  const scaled = CONES.map((value, i) => {
    const row = Math.floor(i / 3);
    return (value * (to[row] as number)) / (from[row] as number);
  });
  return back && product(back, scaled);
}

function whiteOf(matrix: readonly number[]): number[] {
  return transformed(matrix, [1, 1, 1]);
}

function transformed(matrix: readonly number[], vector: readonly number[]): number[] {
  return [0, 3, 6].map((row) => vector.reduce((sum, value, i) => sum + (matrix[row + i] as number) * value, 0));
}

function product(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, at) =>
    [0, 1, 2].reduce((sum, i) => sum + (a[at - (at % 3) + i] as number) * (b[i * 3 + (at % 3)] as number), 0),
  );
}

function inverse(m: readonly number[]): number[] | undefined {
  const at = (row: number, column: number) => m[(row % 3) * 3 + (column % 3)] as number;
  const cofactor = (row: number, column: number) =>
    at(row + 1, column + 1) * at(row + 2, column + 2) - at(row + 1, column + 2) * at(row + 2, column + 1);
  const determinant = [0, 1, 2].reduce((sum, column) => sum + at(0, column) * cofactor(0, column), 0);
  if (Math.abs(determinant) < 1e-9) return undefined;
  return Array.from({ length: 9 }, (_, i) => cofactor(i % 3, Math.floor(i / 3)) / determinant);
}
