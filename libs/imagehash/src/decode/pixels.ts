import { sharp } from "./guarded-sharp.ts";
import type { RecipeName } from "../hashes/recipe.ts";

type Size = { readonly width: number; readonly height: number };

/** What is hashed: upright, sRGB, a byte for each channel (red, green, blue and maybe alpha), rows from the top. */
export type Picture = Size & { readonly channels: 3 | 4; readonly pixels: Uint8Array };

type Header = Size & { readonly format: string; readonly progressive: boolean; readonly alpha: boolean };

const ONE_FRAME = { animated: false, pages: 1, sequentialRead: true, unlimited: false } as const;

/** Longest side of what the recipe `fast` hashes; the reference implementation's tool shrinks to the same. */
const FAST_SIDE = 512;
/** Resizing holds several lines at once: a gigabyte where they are a million pixels wide, as only a PNG can be. */
const WIDEST_SHRUNK = 65_535;
/** Blockhash needs 16 blocks a side: a very long picture keeps this much of its short side. */
export const LEAST_SIDE = 16;

/** No pixel limit here: only the header is read, and a limit would hide its size behind an error. Sizes are upright. */
export async function readHeader(bytes: Uint8Array): Promise<Header | undefined> {
  try {
    const found = await sharp(bytes, { ...ONE_FRAME, failOn: "none", limitInputPixels: false }).metadata();
    return { ...found.autoOrient, format: found.format, progressive: found.isProgressive, alpha: found.hasAlpha };
  } catch {
    return undefined;
  }
}

/** Refusing every damaged file would let anyone evade matching by cutting off its last bytes. */
export async function readPixels(bytes: Uint8Array, header: Header, recipe: RecipeName, limitInputPixels: number) {
  const read =
    recipe === "exact" || header.width > WIDEST_SHRUNK ? readAll : header.alpha ? readAllThenShrink : readShrunk;
  for (const failOn of ["error", "none"] as const) {
    try {
      const picture = await read(sharp(bytes, { ...ONE_FRAME, failOn, limitInputPixels }).autoOrient(), header);
      return { picture, degraded: failOn === "none" };
    } catch {
      // The next, more lenient attempt follows; after the last one the file is broken.
    }
  }
  return undefined;
}

type Source = ReturnType<typeof sharp>;

function readShrunk(source: Source, size: Size): Promise<Picture> {
  return readAll(source.resize({ ...fastSize(size), fit: "fill", kernel: "linear" }));
}

/** Resizing would blur what is transparent into what is not; so it is made white, and the rest opaque, before. */
async function readAllThenShrink(source: Source, size: Size): Promise<Picture> {
  const { width, height, pixels } = await readAll(source.ensureAlpha());
  let to = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const hidden = pixels[at + 3] === 0;
    for (let channel = 0; channel < 3; channel++) pixels[to++] = hidden ? 255 : (pixels[at + channel] as number);
  }
  return readShrunk(sharp(pixels.subarray(0, to), { raw: { width, height, channels: 3 } }), size);
}

async function readAll(source: Source): Promise<Picture> {
  const raw = source.toColourspace("srgb").raw({ depth: "uchar" });
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 3 && channels !== 4) throw new Error(`a picture in sRGB has ${channels} channels`);
  return { width, height, channels, pixels: data };
}

function fastSize({ width, height }: Size): Size {
  const scale = Math.min(1, FAST_SIDE / Math.max(width, height));
  const side = (length: number) => Math.max(Math.min(length, LEAST_SIDE), Math.round(length * scale));
  return { width: side(width), height: side(height) };
}
