import { inksInSrgb, inSrgb } from "./colours.ts";
import { sharp } from "./guarded-sharp.ts";
import { LEAST_SIDE } from "./limits.ts";
import type { Colours } from "./png-colours.ts";

export type Size = { readonly width: number; readonly height: number };

/**
 * What is hashed: upright, sRGB, a byte for each channel (red, green, blue and maybe alpha), rows from the top. A pixel
 * whose alpha is 0 is white, whatever its colours say; any other alpha says nothing.
 */
export type Picture = Size & { readonly channels: 3 | 4; readonly pixels: Uint8Array };

/** Its size is that of the upright picture. */
export type Header = Size & {
  /** As its pixels lie in the file, before they are turned. */
  readonly stored: Size;
  readonly format: string;
  readonly progressive: boolean;
  readonly alpha: boolean;
  /** Its values are inks (CMYK), and no profile says what they look like. */
  readonly bareInks: boolean;
  /** Of each frame of an animation, as the file says it; empty for a still picture. */
  readonly delaysMs: readonly number[];
};

const ONE_FRAME = { animated: false, pages: 1, sequentialRead: true, unlimited: false } as const;

/** Longest side of what the recipe `fast` hashes; the reference implementation's tool shrinks to the same. */
const FAST_SIDE = 512;
/** Resizing holds several lines at once: a gigabyte where they are a million pixels wide, as only a PNG can be. */
const WIDEST_SHRUNK = 65_535;

/** No pixel limit here: only the header is read, and a limit would hide its size behind an error. Sizes are upright. */
export async function readHeader(bytes: Uint8Array): Promise<Header | undefined> {
  try {
    const found = await sharp(bytes, { ...ONE_FRAME, failOn: "none", limitInputPixels: false }).metadata();
    const {
      width,
      height,
      format,
      isProgressive: progressive,
      hasAlpha: alpha,
      hasProfile,
      space,
      pages = 1,
      delay = [],
    } = found;
    const delaysMs = pages > 1 ? Array.from({ length: pages }, (_, page) => delay[page] ?? 0) : [];
    const bareInks = space === "cmyk" && !hasProfile;
    return { ...found.autoOrient, stored: { width, height }, format, progressive, alpha, bareInks, delaysMs };
  } catch {
    return undefined;
  }
}

/** How the pixels of a file are to be read. */
export type Reading = {
  /** Shrunk while they are decoded where that is possible: to at most 512 a side. */
  readonly shrink: boolean;
  readonly limitInputPixels: number;
  readonly colours?: Colours | undefined;
  /** What damage it gives up at, attempt by attempt. */
  readonly failOn: readonly ("error" | "none")[];
};

/** Refusing every damaged file would let anyone evade matching by cutting off its last bytes. */
export async function readPixels(bytes: Uint8Array, header: Header, reading: Reading) {
  const { shrink, limitInputPixels, colours, failOn: attempts } = reading;
  const isPlain = !header.alpha && !header.bareInks && colours === undefined;
  for (const failOn of attempts) {
    try {
      const source = sharp(bytes, { ...ONE_FRAME, failOn, limitInputPixels }).autoOrient();
      const picture =
        isPlain && shrink && mayShrink(header)
          ? await readShrunk(source, header)
          : await readAll(source, header, colours);
      return { picture, degraded: failOn === "none" };
    } catch {
      // The next, more lenient attempt follows; after the last one the file is broken.
    }
  }
  return undefined;
}

/** A picture as the recipe `fast` takes it. */
export function shrunk(picture: Picture): Promise<Picture> {
  const { width, height, channels, pixels } = picture;
  if (!mayShrink(picture) || Math.max(width, height) <= FAST_SIDE) return Promise.resolve(picture);
  return readShrunk(sharp(pixels, { raw: { width, height, channels } }).flatten({ background: "#fff" }), picture);
}

function mayShrink({ width }: Size): boolean {
  return width <= WIDEST_SHRUNK;
}

type Source = ReturnType<typeof sharp>;

function readShrunk(source: Source, size: Size): Promise<Picture> {
  return readRaw(source.resize({ ...fastSize(size), fit: "fill", kernel: "linear" }));
}

async function readAll(source: Source, { bareInks }: Header, colours: Colours | undefined): Promise<Picture> {
  if (bareInks) return readInks(source);
  if (colours === undefined) return readRaw(source);
  const deep = colours.bits === 16;
  const raw = deep ? source.toColourspace("rgb16").raw({ depth: "ushort" }) : source.toColourspace("srgb").raw();
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  const values = deep ? new Uint16Array(Uint8Array.from(data).buffer) : data;
  return { ...sized(info), pixels: inSrgb(values, sized(info).channels, colours) };
}

/** Pixels in sRGB, with what the file says of them; transparency stays. */
export async function readRaw(source: Source): Promise<Picture> {
  const raw = source.toColourspace("srgb").raw({ depth: "uchar" });
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  return { ...sized(info), pixels: data };
}

async function readInks(source: Source): Promise<Picture> {
  const raw = source.pipelineColourspace("cmyk").toColourspace("cmyk").raw({ depth: "uchar" });
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new Error(`a picture in inks has ${info.channels} channels`);
  return { width: info.width, height: info.height, channels: 3, pixels: inksInSrgb(data) };
}

function sized({ width, height, channels }: { width: number; height: number; channels: number }) {
  if (channels !== 3 && channels !== 4) throw new Error(`a picture in sRGB has ${channels} channels`);
  return { width, height, channels } as const;
}

function fastSize({ width, height }: Size): Size {
  const scale = Math.min(1, FAST_SIDE / Math.max(width, height));
  const side = (length: number) => Math.max(Math.min(length, LEAST_SIDE), Math.round(length * scale));
  return { width: side(width), height: side(height) };
}
