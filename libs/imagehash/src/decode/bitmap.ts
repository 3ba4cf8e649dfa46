import type { Picture } from "./pixels.ts";

/** What the header of a bitmap says, checked so far that its pixels can be read. */
export type Bitmap = {
  readonly width: number;
  readonly height: number;
  /** Rows stand from the bottom, as they mostly do. */
  readonly fromBottom: boolean;
  readonly bits: number;
  readonly coding: "plain" | "runs of 8" | "runs of 4";
  /** Of red, green, blue and alpha, where a pixel is one number that holds them. */
  readonly masks: readonly number[] | undefined;
  /** Red, green and blue of each colour by number. */
  readonly palette: readonly (readonly [number, number, number])[];
  /** Where the pixels begin, from the header on, if nothing else says so. */
  readonly pixelsAt: number;
};

/** How a pixel's bits are shared where the file does not say it: red, green, blue. */
const USUAL_MASKS: ReadonlyMap<number, readonly number[]> = new Map([
  [16, [0x7c00, 0x3e0, 0x1f, 0]],
  [24, [0xff0000, 0xff00, 0xff, 0]],
  [32, [0xff0000, 0xff00, 0xff, 0]],
]);

/**
 * Reads the header of a bitmap that begins here, without a file's header before it. Undefined where it is none that
 * browsers show.
 */
export function readBitmapHeader(bytes: Buffer): Bitmap | undefined {
  if (bytes.length < 12) return undefined;
  const headBytes = bytes.readUInt32LE(0);
  const isOld = headBytes === 12;
  if (bytes.length < headBytes || (!isOld && headBytes < 40)) return undefined;
  const [width, signedHeight] = isOld
    ? [bytes.readUInt16LE(4), bytes.readUInt16LE(6)]
    : [bytes.readInt32LE(4), bytes.readInt32LE(8)];
  const bits = bytes.readUInt16LE(isOld ? 10 : 14);
  const compression = isOld ? 0 : bytes.readUInt32LE(16);
  const coding = CODINGS.get(`${compression} ${bits}`);
  if (coding === undefined || width <= 0 || signedHeight === 0) return undefined;
  const masksAt = headBytes >= 52 ? 40 : headBytes;
  const masksBytes = compression === 3 ? 12 : compression === 6 ? 16 : 0;
  const masks =
    masksBytes > 0 ? masksIn(bytes, masksAt, compression === 6 || headBytes >= 56 ? 4 : 3) : USUAL_MASKS.get(bits);
  const paletteAt = headBytes + (headBytes >= 52 ? 0 : masksBytes);
  const used = isOld ? 0 : bytes.readUInt32LE(32);
  const colours = bits > 8 ? used : used === 0 ? 2 ** bits : Math.min(used, 2 ** bits);
  const colourBytes = isOld ? 3 : 4;
  return {
    width,
    height: Math.abs(signedHeight),
    fromBottom: signedHeight > 0,
    bits,
    coding,
    masks,
    palette: paletteIn(bytes.subarray(paletteAt), bits > 8 ? 0 : colours, colourBytes),
    pixelsAt: paletteAt + colours * colourBytes,
  };
}

/** What may be combined: how pixels are coded, by the number for it and the bits of a pixel. */
const CODINGS: ReadonlyMap<string, Bitmap["coding"]> = new Map<string, Bitmap["coding"]>([
  ...[1, 4, 8, 16, 24, 32].map((bits) => [`0 ${bits}`, "plain"] as const),
  ...[16, 32].flatMap((bits) => [[`3 ${bits}`, "plain"] as const, [`6 ${bits}`, "plain"] as const]),
  ["1 8", "runs of 8"],
  ["2 4", "runs of 4"],
]);

function masksIn(bytes: Buffer, at: number, count: 3 | 4): number[] | undefined {
  if (bytes.length < at + count * 4) return undefined;
  return [0, 1, 2, 3].map((nth) => (nth < count ? bytes.readUInt32LE(at + nth * 4) : 0));
}

function paletteIn(bytes: Buffer, colours: number, colourBytes: number): [number, number, number][] {
  const whole = Math.min(colours, Math.floor(bytes.length / colourBytes));
  return Array.from({ length: whole }, (_, i) => {
    const [blue = 0, green = 0, red = 0] = bytes.subarray(i * colourBytes, i * colourBytes + 3);
    return [red, green, blue];
  });
}

/** The pixels, with alpha: what the file does not tell is not there. */
export function readBitmapPixels(bitmap: Bitmap, bytes: Uint8Array): { picture: Picture; isWhole: boolean } {
  const { width, height } = bitmap;
  const picture = { width, height, channels: 4, pixels: new Uint8Array(width * height * 4) } as const;
  const isWhole =
    bitmap.coding === "plain" ? readPlain(bitmap, bytes, picture.pixels) : readRuns(bitmap, bytes, picture.pixels);
  // Many programs leave what nobody reads at nothing: then the picture is there all the same.
  if ((bitmap.masks?.[3] ?? 0) !== 0 && isAllHidden(picture.pixels)) {
    for (let at = 3; at < picture.pixels.length; at += 4) picture.pixels[at] = 255;
  }
  return { picture, isWhole };
}

function readPlain({ width, height, bits, fromBottom, masks, palette }: Bitmap, bytes: Uint8Array, to: Uint8Array) {
  const rowBytes = Math.ceil((bits * width) / 32) * 4;
  const shares = masks?.map(shareOf);
  for (let row = 0; row < height; row++) {
    const from = row * rowBytes;
    if (from + Math.ceil((bits * width) / 8) > bytes.length) return false;
    let at = (fromBottom ? height - 1 - row : row) * width * 4;
    for (let column = 0; column < width; column++, at += 4) {
      const value = valueAt(bytes, from, column, bits);
      if (shares === undefined) put(to, at, palette[value]);
      else for (let channel = 0; channel < 4; channel++) to[at + channel] = shares[channel]?.(value) ?? 255;
    }
  }
  return true;
}

function valueAt(bytes: Uint8Array, from: number, column: number, bits: number): number {
  if (bits < 8) {
    const at = column * bits;
    return ((bytes[from + (at >> 3)] as number) >> (8 - bits - (at & 7))) & (2 ** bits - 1);
  }
  let value = 0;
  const size = bits / 8;
  for (let byte = size - 1; byte >= 0; byte--) value = value * 256 + (bytes[from + column * size + byte] as number);
  return value;
}

/** What a mask takes out of a number, brought to a byte; of nothing, all: what has no alpha is there. */
function shareOf(mask: number, channel: number): (value: number) => number {
  if (mask === 0) return () => (channel === 3 ? 255 : 0);
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask / 2 ** shift;
  return (value) => Math.round((((value & mask) >>> shift) / most) * 255);
}

function readRuns(bitmap: Bitmap, bytes: Uint8Array, to: Uint8Array): boolean {
  const { width, height, bits, fromBottom, palette } = bitmap;
  let [column, row] = [0, 0];
  const paint = (value: number) => {
    if (column < width && row < height)
      put(to, ((fromBottom ? height - 1 - row : row) * width + column) * 4, palette[value]);
    column++;
  };
  for (let at = 0; at + 1 < bytes.length && row < height;) {
    const [count, value] = [bytes[at] as number, bytes[at + 1] as number];
    at += 2;
    if (count > 0) {
      // What lies beyond its row is nowhere, however much of it there is.
      for (let i = 0; i < count && column < width; i++)
        paint(bits === 8 ? value : i % 2 === 0 ? value >> 4 : value & 15);
    } else if (value === 0) [column, row] = [0, row + 1];
    else if (value === 1) return true;
    else if (value === 2) {
      [column, row] = [column + (bytes[at] ?? 0), row + (bytes[at + 1] ?? 0)];
      at += 2;
    } else {
      const run = bytes.subarray(at, at + Math.ceil((value * bits) / 8));
      for (let i = 0; i < value && i * bits < run.length * 8; i++) paint(valueAt(run, 0, i, bits));
      at += Math.ceil((value * bits) / 16) * 2;
    }
  }
  return row >= height;
}

function put(to: Uint8Array, at: number, colour: readonly [number, number, number] | undefined): void {
  // A number without a colour is black.
  const [red, green, blue] = colour ?? [0, 0, 0];
  to[at] = red;
  to[at + 1] = green;
  to[at + 2] = blue;
  to[at + 3] = 255;
}

function isAllHidden(pixels: Uint8Array): boolean {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 0) return false;
  return true;
}
