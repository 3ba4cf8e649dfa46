import { onBlack, onWhite, plainAlpha, uncovered, type Alpha } from "../hashes/kernel.ts";
import type { Picture } from "./pixels.ts";

/**
 * What a picture with transparent parts shows. Those after the first are made when they are asked for, of pixels that are
 * held meanwhile; if they are to be used up, by the one on black, which comes last.
 */
export type Layers = {
  /** On white, as most pages show it. */
  readonly onWhite: Picture;
  /** On black; undefined where so little is transparent, or all of it so evenly, that it looks the same. */
  readonly onBlack?: () => Picture;
  /** As if what is half transparent were not; undefined where nothing is. */
  readonly opaque?: () => Picture;
};

/** Less of the area than this, transparent, changes no hash by more than a few bits. */
const LEAST_SHARE = 0.005;

export function layersOf(picture: Picture, usesUp = false): Layers {
  const { width, height, channels, pixels } = picture;
  if (channels === 3) return { onWhite: picture };
  const of = (flat: Uint8Array): Picture => ({ width, height, channels: 3, pixels: flat });
  const ifOther = ({ sum, isEven }: Alpha) => {
    const hidden = 1 - sum / (255 * width * height);
    // As transparent everywhere, it is the same on black, only darker.
    const looksOther = hidden > LEAST_SHARE && !isEven;
    return looksOther && { onBlack: () => of(onBlack(pixels, usesUp ? pixels : undefined)) };
  };
  const plain = plainAlpha(pixels);
  // What is not there at all counts as white for whoever reads a picture.
  if (plain !== undefined) return { onWhite: picture, ...ifOther(plain) };
  const { shown, alpha } = onWhite(pixels);
  return { onWhite: of(shown), ...ifOther(alpha), opaque: () => of(uncovered(pixels)) };
}
