import type { Picture } from "./pixels.ts";

/** What a picture with transparent parts shows. Each is made when it is asked for, of pixels that are held meanwhile. */
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

export function layersOf(picture: Picture): Layers {
  const { hidden, isMixed } = transparency(picture);
  if (hidden === 0) return { onWhite: () => picture };
  return {
    onWhite: () => on(255, picture),
    ...(hidden > LEAST_SHARE && { onBlack: () => on(0, picture) }),
    ...(isMixed && { opaque: () => on(255, picture, (alpha) => (alpha === 0 ? 0 : 255)) }),
  };
}

/** How much of the area is not there, as a share of it, and whether some of it is there in part. */
function transparency({ width, height, channels, pixels }: Picture): { hidden: number; isMixed: boolean } {
  if (channels === 3) return { hidden: 0, isMixed: false };
  let [sum, isMixed] = [0, false];
  for (let at = 3; at < pixels.length; at += 4) {
    const alpha = pixels[at] as number;
    sum += alpha;
    isMixed ||= alpha !== 0 && alpha !== 255;
  }
  return { hidden: 1 - sum / (255 * width * height), isMixed };
}

function on(ground: 0 | 255, { width, height, pixels }: Picture, alphaOf = (alpha: number) => alpha): Picture {
  const out = new Uint8Array(width * height * 3);
  let to = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = alphaOf(pixels[at + 3] as number);
    const through = (255 - alpha) * ground;
    for (let channel = 0; channel < 3; channel++) {
      out[to++] = Math.round(((pixels[at + channel] as number) * alpha + through) / 255);
    }
  }
  return { width, height, channels: 3, pixels: out };
}
