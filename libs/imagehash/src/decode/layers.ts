import type { Picture } from "./pixels.ts";

/**
 * What a picture with transparent parts shows. Each is made when it is asked for, of pixels that are held meanwhile; if
 * they are to be used up, by the one on black, which comes last.
 */
export type Layers = {
  /** On white, as most pages show it. */
  readonly onWhite: () => Picture;
  /** On black; undefined where so little is transparent that it looks the same. */
  readonly onBlack?: () => Picture;
  /** As if what is half transparent were not; undefined where nothing is. */
  readonly opaque?: () => Picture;
};

/** Less of the area than this, transparent, changes no hash by more than a few bits. */
const LEAST_SHARE = 0.005;

export function layersOf(picture: Picture, usesUp = false): Layers {
  const { hidden, isMixed } = transparency(picture);
  if (hidden === 0) return { onWhite: () => picture };
  const { width, height, pixels } = picture;
  const fresh = () => new Uint8Array(width * height * 3);
  return {
    onWhite: () => ({ width, height, channels: 3, pixels: on(255, pixels, fresh()) }),
    ...(hidden > LEAST_SHARE && {
      onBlack: () => ({ width, height, channels: 3, pixels: on(0, pixels, usesUp ? pixels : fresh()) }),
    }),
    ...(isMixed && { opaque: () => ({ width, height, channels: 3, pixels: whereShown(pixels, fresh()) }) }),
  };
}

/** How much of the area is not there, as a share of it, and whether some of it is there in part. */
function transparency({ width, height, channels, pixels }: Picture): { hidden: number; isMixed: boolean } {
  if (channels === 3 || isOpaque(pixels)) return { hidden: 0, isMixed: false };
  let [sum, mixed] = [0, 0];
  for (let at = 3; at < pixels.length; at += 4) {
    const alpha = pixels[at] as number;
    sum += alpha;
    if (alpha !== 0 && alpha !== 255) mixed++;
  }
  return { hidden: 1 - sum / (255 * width * height), isMixed: mixed > 0 };
}

/** Most pictures with an alpha channel make no use of it: told a pixel at a time. */
function isOpaque(pixels: Uint8Array): boolean {
  if (pixels.byteOffset % 4 !== 0) return false;
  const whole = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
  let all = -1;
  // As an iterator it would cost as much as the hashes.
  for (let at = 0; at < whole.length; at++) all &= whole[at] as number;
  return all >>> 24 === 255;
}

/** Mixed with the ground, which may take the place of the pixels themselves. Whole numbers: there may be 50 million. */
function on(ground: 0 | 255, pixels: Uint8Array, out: Uint8Array): Uint8Array {
  let to = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] as number;
    const through = (255 - alpha) * ground + 128;
    const red = (pixels[at] as number) * alpha + through;
    const green = (pixels[at + 1] as number) * alpha + through;
    const blue = (pixels[at + 2] as number) * alpha + through;
    // By 255, rounded.
    out[to] = (red + (red >> 8)) >> 8;
    out[to + 1] = (green + (green >> 8)) >> 8;
    out[to + 2] = (blue + (blue >> 8)) >> 8;
    to += 3;
  }
  return out.subarray(0, to);
}

function whereShown(pixels: Uint8Array, out: Uint8Array): Uint8Array {
  let to = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const isHidden = pixels[at + 3] === 0;
    out[to] = isHidden ? 255 : (pixels[at] as number);
    out[to + 1] = isHidden ? 255 : (pixels[at + 1] as number);
    out[to + 2] = isHidden ? 255 : (pixels[at + 2] as number);
    to += 3;
  }
  return out;
}
