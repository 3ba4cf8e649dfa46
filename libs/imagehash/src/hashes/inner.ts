import { part, type Frame } from "../decode/part.ts";
import { LEAST_SIDE } from "../decode/limits.ts";
import { PDQ_MIN_QUALITY } from "../compare/thresholds.ts";
import type { Picture } from "../decode/pixels.ts";

/** What a border of one colour frames, or letterboxes leave, of a picture. */
export type Inner = {
  readonly picture: Picture;
  /** Of the whole picture's area, in percent: 1 to 99. */
  readonly areaPercent: number;
};

/**
 * The picture within its border: strips of one colour along any of its sides are cut off, each side's in its own colour,
 * and again what they enclose, as a pillarbox around a letterbox does. Tolerates the noise of lossy storing; a bar with
 * a caption is no border. Undefined where there is none, where it is so thin that no hash moves by it, and where nothing
 * is left to be hashed.
 *
 * Reads a line of each side, and of a border its lines and 16 more, at most 1,024 pixels of each; what is left is copied.
 * Processor time: 0.1 ms where there is no border, 15 to 40 ms for one of 5 % around 12 megapixels.
 */
export function innerPicture(picture: Picture): Inner | undefined {
  let frame: Frame = { left: 0, top: 0, right: picture.width, bottom: picture.height };
  for (let round = 0; round < ROUNDS; round++) {
    const trimmed = SIDES.reduce((rest, side) => trim(picture, rest, side), frame);
    if (areaOf(trimmed) === areaOf(frame)) break;
    frame = trimmed;
  }
  const share = areaOf(frame) / (picture.width * picture.height);
  const least = Math.min(frame.right - frame.left, frame.bottom - frame.top);
  if (share > THIN || least < LEAST_SIDE) return undefined;
  return { picture: part(picture, frame), areaPercent: Math.max(1, Math.floor(share * 100)) };
}

/** Whether an inner picture shows too little of the whole, or of anything, to decide: then it nominates only. */
export function innerNominatesOnly(areaPercent: number, quality: number): boolean {
  return areaPercent < LEAST_DECIDING_PERCENT || quality < PDQ_MIN_QUALITY;
}

const LEAST_DECIDING_PERCENT = 50;

/** A letterbox in a pillarbox in a frame. */
const ROUNDS = 3;
/** With more than this of the area left, PDQ moves by less than its radius. */
const THIN = 0.99;
/** A line of the border differs from its outermost one by no more than this on average, in values of 255. */
const NOISE = 4;
/** So far from a picture, in pixels, its storing leaves traces: two blocks, where colours are stored at half size. */
const EDGE = 16;
/** Traces are this much fainter than the picture that they come from. */
const FAINTER = 5;
/** What lies farther off its border's colour, in values of 255, is no noise. */
const STRAY = 40;
/** So much of a line of the border may be stray all the same: letters leave more. */
const STRAY_SHARE = 0.005;
/** What is no border any more differs from it along so much of a line, soon: the sky of a photograph and letters do not. */
const FRAMED_SHARE = 0.5;

type Side = keyof Frame;
const SIDES: readonly Side[] = ["top", "bottom", "left", "right"];

function areaOf({ left, top, right, bottom }: Frame): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}

function trim(picture: Picture, frame: Frame, side: Side): Frame {
  if (areaOf(frame) === 0) return frame;
  const depth = depthOf(picture, frame, side);
  return { ...frame, [side]: frame[side] + (side === "left" || side === "top" ? depth : -depth) };
}

/** How many lines along a side are its border. */
function depthOf(picture: Picture, frame: Frame, side: Side): number {
  const lines = side === "left" || side === "right" ? frame.right - frame.left : frame.bottom - frame.top;
  const colour = meanOf(picture, lineOf(picture, frame, side, 0));
  const at = (line: number) => againstBorder(picture, lineOf(picture, frame, side, line), colour);
  let depth = 0;
  for (let line = at(0); line.isBorder; line = at(depth)) if (++depth === lines) return lines;
  if (depth === 0) return 0;
  const edge = Array.from({ length: Math.min(EDGE, lines - depth) }, (_, i) => at(depth + i));
  if (Math.max(...edge.map(({ differs }) => differs)) < FRAMED_SHARE) return 0;
  const traces = Math.max(...edge.map(({ off }) => off)) / FAINTER;
  return depth + edge.findIndex(({ isBorder, off }) => !isBorder && off > traces);
}

/** Of longer lines not every pixel is looked at. */
const MOST_OF_A_LINE = 1024;

type Line = { readonly at: number; readonly step: number; readonly length: number };

/** A line along a side, so many lines into the frame: where the pixels lie that are looked at. */
function lineOf({ width, channels }: Picture, frame: Frame, side: Side, line: number): Line {
  const { left, top, right, bottom } = frame;
  if (side === "top" || side === "bottom") {
    const row = side === "top" ? top + line : bottom - 1 - line;
    return spread((row * width + left) * channels, channels, right - left);
  }
  const column = side === "left" ? left + line : right - 1 - line;
  return spread((top * width + column) * channels, width * channels, bottom - top);
}

function spread(at: number, step: number, length: number): Line {
  const every = Math.ceil(length / MOST_OF_A_LINE);
  return { at, step: step * every, length: Math.ceil(length / every) };
}

type Colour = readonly [number, number, number];

function meanOf(picture: Picture, { at, step, length }: Line): Colour {
  let [red, green, blue] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const from = at + i * step;
    red += valueAt(picture, from, 0);
    green += valueAt(picture, from, 1);
    blue += valueAt(picture, from, 2);
  }
  return [red / length, green / length, blue / length];
}

type Against = { readonly isBorder: boolean; readonly off: number; readonly differs: number };

/** How far the pixels of a line lie off a colour on average, and how many of them, as a share, are not of it. */
function againstBorder(picture: Picture, { at, step, length }: Line, [red, green, blue]: Colour): Against {
  let [sum, differ, stray] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const from = at + i * step;
    const pixel =
      Math.abs(valueAt(picture, from, 0) - red) +
      Math.abs(valueAt(picture, from, 1) - green) +
      Math.abs(valueAt(picture, from, 2) - blue);
    sum += pixel;
    if (pixel > 3 * NOISE) differ++;
    if (pixel > 3 * STRAY) stray++;
  }
  const off = sum / length / 3;
  return { isBorder: off <= NOISE && stray <= length * STRAY_SHARE, off, differs: differ / length };
}

/** A fully transparent pixel counts as white, as for every hash. */
function valueAt({ channels, pixels }: Picture, at: number, channel: number): number {
  return channels === 4 && pixels[at + 3] === 0 ? 255 : (pixels[at + channel] as number);
}
