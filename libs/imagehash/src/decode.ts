import { sharp } from "./guarded-sharp.ts";
import { DECODE_LIMITS } from "./limits.ts";
import type { DecodeLimits } from "./limits.ts";
import { sniff } from "./sniff.ts";
import type { PictureFormat } from "./sniff.ts";

/** A decoded picture: upright, sRGB, four bytes a pixel (red, green, blue, alpha), rows from the top. */
export type Picture = {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  readonly format: PictureFormat;
  /** The file was damaged, and what could be read of it was taken. */
  readonly degraded: boolean;
};

/**
 * Why a file gave no picture. `too_large` and `too_small` are about pixels, `too_many_bytes` about the file;
 * `format_not_allowed` is a picture of a refused format; `broken` begins like a picture and cannot be decoded.
 */
export type DecodeRefusal =
  | "empty"
  | "too_many_bytes"
  | "not_a_picture"
  | "format_not_allowed"
  | "too_large"
  | "too_small"
  | "broken";

/** The outcome of decoding: a picture, or the named reason why there is none. */
export type Decoded = { readonly ok: true; readonly picture: Picture } | Refused;

type Refused = { readonly ok: false; readonly reason: DecodeRefusal };

/**
 * Decodes the first frame of a JPEG, PNG, WebP, GIF or AVIF. Never throws on bad input.
 * Untrusted files belong in a process that can be killed: native decoding cannot be interrupted from inside.
 */
export async function decodePicture(bytes: Uint8Array, limits: DecodeLimits = DECODE_LIMITS): Promise<Decoded> {
  if (bytes.byteLength === 0) return refused("empty");
  if (bytes.byteLength > limits.maxBytes) return refused("too_many_bytes");
  const format = sniff(bytes);
  if (format === "unknown") return refused("not_a_picture");
  if (format === "other_picture") return refused("format_not_allowed");
  const header = await readHeader(bytes);
  if (header === undefined) return refused("broken");
  if (header.format !== (format === "avif" ? "heif" : format)) return refused("format_not_allowed");
  const maxPixels =
    format === "jpeg" && header.progressive ? limits.maxProgressiveJpegPixels : limits.maxPixels[format];
  if (header.width * header.height > maxPixels) return refused("too_large");
  if (Math.min(header.width, header.height) < limits.minSide) return refused("too_small");
  const raw = await decodeStrictlyThenLeniently(bytes, maxPixels);
  return raw === undefined ? refused("broken") : { ok: true, picture: { ...raw, format } };
}

function refused(reason: DecodeRefusal): Refused {
  return { ok: false, reason };
}

const ONE_FRAME = { animated: false, pages: 1, sequentialRead: true, unlimited: false } as const;

/** No pixel limit here: only the header is read, and a limit would hide its size behind an error. */
async function readHeader(bytes: Uint8Array) {
  try {
    const found = await sharp(bytes, { ...ONE_FRAME, failOn: "none", limitInputPixels: false }).metadata();
    return { format: found.format, width: found.width, height: found.height, progressive: found.isProgressive };
  } catch {
    return undefined;
  }
}

/** Refusing every damaged file would let anyone evade matching by cutting off its last bytes. */
async function decodeStrictlyThenLeniently(bytes: Uint8Array, limitInputPixels: number) {
  for (const failOn of ["error", "none"] as const) {
    try {
      const { data, info } = await sharp(bytes, { ...ONE_FRAME, failOn, limitInputPixels })
        .autoOrient()
        .toColourspace("srgb")
        .ensureAlpha()
        .raw({ depth: "uchar" })
        .toBuffer({ resolveWithObject: true });
      if (info.channels !== 4) return undefined;
      return { width: info.width, height: info.height, pixels: data, degraded: failOn === "none" };
    } catch {
      // The next, more lenient attempt follows; after the last one the file is broken.
    }
  }
  return undefined;
}
