import type { PictureFormat } from "./sniff.ts";

/** Blockhash needs 16 blocks a side: a very long picture keeps this much of its short side. */
export const LEAST_SIDE = 16;

/** What a file may cost before it is refused unread. Pixels are counted from the header, before decoding. */
export type DecodeLimits = {
  /** Largest file, in bytes. */
  readonly maxBytes: number;
  /** Smallest width and height, in pixels; less than 16, which blockhash needs, counts as 16. */
  readonly minSide: number;
  /** Most pixels (width × height) of one picture, per format. */
  readonly maxPixels: Readonly<Record<PictureFormat, number>>;
  /** Most pixels, per format, that are decoded of an animation beside its first picture; frames beyond are left out. */
  readonly maxAnimationPixels: Readonly<Record<AnimatedFormat, number>>;
  /** Most pixels of what its decoder can shrink on the way; beyond those above it is hashed by the recipe `fast`. */
  readonly maxShrunkPixels: Readonly<Record<"jpeg" | "progressiveJpeg" | "webp", number>>;
  /** Most pixels of a progressive JPEG, whose coefficients are all held in memory. */
  readonly maxProgressiveJpegPixels: number;
};

/** The formats that can move. */
export type AnimatedFormat = "png" | "webp" | "gif" | "avif";

const MEGAPIXEL = 1_000_000;

/** The default limits; a picture at its limit takes up to 5 s and 0.5 GB on one core, hashes included. */
export const DECODE_LIMITS: DecodeLimits = {
  maxBytes: 25 * 1024 * 1024,
  minSide: 16,
  maxPixels: {
    jpeg: 50 * MEGAPIXEL,
    png: 50 * MEGAPIXEL,
    webp: 50 * MEGAPIXEL,
    gif: 25 * MEGAPIXEL,
    avif: 16 * MEGAPIXEL,
    tiff: 50 * MEGAPIXEL,
    bmp: 25 * MEGAPIXEL,
    ico: 25 * MEGAPIXEL,
  },
  maxShrunkPixels: { jpeg: 300 * MEGAPIXEL, progressiveJpeg: 80 * MEGAPIXEL, webp: 100 * MEGAPIXEL },
  maxAnimationPixels: { png: 64 * MEGAPIXEL, webp: 48 * MEGAPIXEL, gif: 96 * MEGAPIXEL, avif: 24 * MEGAPIXEL },
  maxProgressiveJpegPixels: 25 * MEGAPIXEL,
};
