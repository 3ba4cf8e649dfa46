import type { Apng, ApngFrame } from "./apng.ts";
import type { AvifSequence } from "./avif-sequence.ts";
import { sharp } from "../decode/guarded-sharp.ts";
import { inSrgb } from "../decode/colours.ts";
import { readPixels, readRaw, type Header, type Picture, type Reading } from "../decode/pixels.ts";

/** The frames of a file that moves, to be read one after the other: what is read is used before the next one is. */
export type Animation = {
  readonly delaysMs: readonly number[];
  /** What reading a frame costs, in pixels that are decoded on the way to it. */
  readonly costOf: (frame: number) => number;
  /** On the way to the last frame all others are met; else each costs its own way. */
  readonly onOneWay: boolean;
  /** Whether a frame is the picture that stands for the file, which needs not be read again. */
  readonly isPicture: (frame: number) => boolean;
  /** In their order; without a picture: that frame cannot be read. */
  readonly read: (frames: readonly number[]) => AsyncGenerator<FrameRead, void>;
};

export type FrameRead = {
  readonly frame: number;
  readonly picture: Picture | undefined;
  /** What could be read of it is there. */
  readonly isDamaged: boolean;
};

/** Pixels, as far as they go where the file is damaged. */
type Read = { readonly picture: Picture; readonly isDamaged: boolean };

/** Frames that lie near each other are read at once, as long as they have no more pixels than this. */
const STRIP_PIXELS = 16_000_000;

/**
 * GIF and WebP, whose decoder draws each frame over those before it, from the first one on whenever it is asked. Frames are
 * not turned upright: a hash is looked up in all ways that a picture can lie.
 */
export function stripAnimation(bytes: Uint8Array, { stored: { width, height }, delaysMs }: Header): Animation {
  const area = width * height;
  async function* read(frames: readonly number[]): AsyncGenerator<FrameRead, void> {
    for (let at = 0; at < frames.length;) {
      const first = frames[at] as number;
      let end = at + 1;
      while (end < frames.length && ((frames[end] as number) - first + 1) * area <= STRIP_PIXELS) end++;
      const together = frames.slice(at, end);
      const strip = await readStrip(bytes, first, (together.at(-1) as number) - first + 1, area);
      // What is damaged in one of them is not to take the others with it.
      const alone = strip === undefined && together.length > 1;
      for (const frame of together) {
        if (alone) yield* read([frame]);
        if (alone) continue;
        const picture = strip && cutFrom(strip.picture, frame - first, { width, height });
        yield { frame, picture, isDamaged: strip?.isDamaged ?? true };
      }
      at = end;
    }
  }
  return { delaysMs, costOf: (frame) => (frame + 1) * area, onOneWay: true, isPicture: isFirst, read };
}

function isFirst(frame: number): boolean {
  return frame === 0;
}

function readStrip(bytes: Uint8Array, page: number, pages: number, area: number): Promise<Read | undefined> {
  const options = { page, pages, sequentialRead: true, limitInputPixels: pages * area };
  return leniently((failOn) => readRaw(sharp(bytes, { ...options, failOn })));
}

/** Undefined where nothing can be read. */
async function leniently(read: (failOn: "error" | "none") => Promise<Picture>): Promise<Read | undefined> {
  for (const failOn of ["error", "none"] as const) {
    try {
      return { picture: await read(failOn), isDamaged: failOn === "none" };
    } catch {
      // The next, more lenient attempt follows.
    }
  }
  return undefined;
}

function cutFrom({ channels, pixels }: Picture, nth: number, { width, height }: { width: number; height: number }) {
  const size = width * height * channels;
  const cut = pixels.subarray(nth * size, (nth + 1) * size);
  return cut.length === size ? { width, height, channels, pixels: cut } : undefined;
}

/** A PNG's decoder knows no frames: each is handed to it as a picture of its own, and drawn over those before it here. */
export function pngAnimation(
  { frames, beginsWithPicture, png }: Apng,
  { stored: { width, height } }: Header,
  reading: Reading,
): Animation {
  const ends: number[] = [];
  for (const frame of frames) ends.push((ends.at(-1) ?? 0) + frame.width * frame.height);
  async function* read(wanted: readonly number[]): AsyncGenerator<FrameRead, void> {
    const canvas = Buffer.alloc(width * height * 4);
    const [chosen, last] = [new Set(wanted), Math.max(...wanted)];
    for (const [at, frame] of frames.slice(0, last + 1).entries()) {
      const drawn = await readDrawn(png(frame), reading);
      const before = frame.after === "before" ? Buffer.from(canvas) : undefined;
      if (drawn !== undefined) draw(canvas, width, frame, drawn.picture.pixels);
      const picture = { width, height, channels: 4, pixels: canvas } as const;
      if (chosen.has(at)) yield { frame: at, picture: drawn && picture, isDamaged: drawn?.isDamaged ?? true };
      if (before !== undefined) before.copy(canvas);
      if (frame.after === "emptied") empty(canvas, width, frame);
    }
  }
  return {
    delaysMs: frames.map(({ delayMs }) => delayMs),
    costOf: (frame) => ends[frame] as number,
    onOneWay: true,
    isPicture: (frame) => beginsWithPicture && frame === 0,
    read,
  };
}

function readDrawn(bytes: Uint8Array, { limitInputPixels, colours }: Reading): Promise<Read | undefined> {
  return leniently(async (failOn) => {
    const drawn = await readRaw(sharp(bytes, { failOn, limitInputPixels }).ensureAlpha());
    return colours === undefined ? drawn : { ...drawn, pixels: inSrgb(drawn.pixels, drawn.channels, colours) };
  });
}

function draw(canvas: Buffer, width: number, frame: ApngFrame, pixels: Uint8Array): void {
  const rowBytes = frame.width * 4;
  for (let row = 0; row < frame.height; row++) {
    const from = pixels.subarray(row * rowBytes, (row + 1) * rowBytes);
    const to = ((frame.top + row) * width + frame.left) * 4;
    if (frame.over) drawOver(canvas, to, from);
    else canvas.set(from, to);
  }
}

/** As the PNG specification says it: what is drawn keeps what is behind it as far as it is transparent. */
function drawOver(canvas: Buffer, to: number, row: Uint8Array): void {
  for (let at = 0; at < row.length; at += 4) {
    const alpha = row[at + 3] as number;
    if (alpha === 0) continue;
    const behind = ((canvas[to + at + 3] as number) * (255 - alpha)) / 255;
    const whole = alpha + behind;
    for (let channel = 0; channel < 3; channel++) {
      const mixed = (row[at + channel] as number) * alpha + (canvas[to + at + channel] as number) * behind;
      canvas[to + at + channel] = Math.round(mixed / whole);
    }
    canvas[to + at + 3] = Math.round(whole);
  }
}

function empty(canvas: Buffer, width: number, { left, top, width: columns, height: rows }: ApngFrame): void {
  for (let row = top; row < top + rows; row++)
    canvas.fill(0, (row * width + left) * 4, (row * width + left + columns) * 4);
}

/** An animated AVIF's decoder knows single pictures only, and is handed what each frame needs. */
export function avifAnimation(sequence: AvifSequence, header: Header, reading: Reading): Animation {
  const { delaysMs, steps, still } = sequence;
  async function* read(frames: readonly number[]): AsyncGenerator<FrameRead, void> {
    for (const frame of frames) {
      const found = await readPixels(still(frame), header, reading);
      yield { frame, picture: found?.picture, isDamaged: found?.degraded ?? true };
    }
  }
  return {
    delaysMs,
    costOf: (frame) => (steps[frame] as number) * header.width * header.height,
    onOneWay: false,
    isPicture: isFirst,
    read,
  };
}
