import type { Size } from "../decode/pixels.ts";
import { chunksOf, pngOf, type Chunk } from "../decode/png-chunks.ts";

/** The frames of an animated PNG. */
export type Apng = {
  readonly frames: readonly ApngFrame[];
  /** The picture that stands first in the file, and that readers show which know no animations, is the first frame. */
  readonly beginsWithPicture: boolean;
  /** What a frame draws, as a PNG of its own. */
  readonly png: (frame: ApngFrame) => Buffer;
};

/** What one frame draws, where, and what becomes of it. */
export type ApngFrame = {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly delayMs: number;
  /** After it was shown: it stays, what it covers is emptied, or what was there before comes back. */
  readonly after: "stays" | "emptied" | "before";
  /** It is drawn over what is there; else it takes its place. */
  readonly over: boolean;
  readonly data: readonly Buffer[];
};

/** More frames than an animation has. */
const MOST_FRAMES_READ = 20_000;

/** Reads an animated PNG; undefined where it is none. What is cut off or lies outside the picture is left out. */
export function apng(bytes: Uint8Array, { width, height }: Size): Apng | undefined {
  const shared: Chunk[] = [];
  const frames: (ApngFrame & { data: Buffer[] })[] = [];
  let header: Buffer | undefined;
  let [isAnimated, beginsWithPicture] = [false, false];
  let current: (typeof frames)[number] | undefined;
  for (const { type, data } of chunksOf(bytes)) {
    // What animates comes before the picture, or it animates nothing.
    if (type === "IDAT" && !isAnimated) return undefined;
    // Its decoder believes the first one.
    if (type === "IHDR") header ??= data;
    else if (type === "acTL") isAnimated = true;
    else if (type === "fcTL") frames.push((current = frameOf(data, frames.length === 0)));
    else if (type === "IDAT") {
      beginsWithPicture ||= current !== undefined;
      current?.data.push(data);
    } else if (type === "fdAT") current?.data.push(data.subarray(4));
    else if (SHARED.has(type) && frames.length === 0) shared.push({ type, data });
    if (frames.length > MOST_FRAMES_READ) break;
  }
  if (!isAnimated || header === undefined || header.length < 13) return undefined;
  const isInside = (one: ApngFrame) => one.left + one.width <= width && one.top + one.height <= height;
  const whole = frames.filter((one) => one.data.length > 0 && one.width > 0 && one.height > 0 && isInside(one));
  return { frames: whole, beginsWithPicture, png: (frame) => pngOf([...begin(header, frame, shared), ...idat(frame)]) };
}

/** What all frames share: palette, transparency and colours. */
const SHARED: ReadonlySet<string> = new Set(["PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT"]);

function frameOf(data: Buffer, isFirst: boolean): ApngFrame & { data: Buffer[] } {
  const control = Buffer.concat([data, Buffer.alloc(26)]).subarray(0, 26);
  const [size, place] = [4, 12].map((at) => [control.readUInt32BE(at), control.readUInt32BE(at + 4)] as const);
  const [[width, height], [left, top]] = [size as readonly [number, number], place as readonly [number, number]];
  const perSecond = control.readUInt16BE(22) || 100;
  const delayMs = (control.readUInt16BE(20) * 1000) / perSecond;
  const dispose = control.readUInt8(24);
  // Before the first frame nothing was there.
  const after = dispose === 1 || (dispose === 2 && isFirst) ? "emptied" : dispose === 2 ? "before" : "stays";
  return { width, height, left, top, delayMs, after, over: control.readUInt8(25) === 1, data: [] };
}

function begin(header: Buffer, { width, height }: ApngFrame, shared: readonly Chunk[]): Chunk[] {
  const data = Buffer.from(header);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  return [{ type: "IHDR", data }, ...shared];
}

function idat({ data }: ApngFrame): Chunk[] {
  return [...data.map((part) => ({ type: "IDAT", data: part })), { type: "IEND", data: Buffer.alloc(0) }];
}
