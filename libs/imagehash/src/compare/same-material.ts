import { differingBits } from "./differing-bits.ts";
import { PDQ_RADIUS } from "./thresholds.ts";

/** A picture by its PDQ hash, and by the hashes that it would have turned and mirrored, itself among them, where known. */
export interface ComparedPicture {
  readonly pdq: Uint8Array;
  readonly forms: readonly Uint8Array[];
}

/** What a file is known again by. */
export interface Material {
  readonly sha256?: Uint8Array;
  /** The picture that stands for it. */
  readonly picture?: ComparedPicture;
  /** All that it shows and that says enough to be compared with anything: that picture, frames, inner pictures. */
  readonly shown: readonly ComparedPicture[];
}

/**
 * Whether two files are the same material: the same bytes; or, within the radius, the same picture (re-encoded, resized,
 * turned, mirrored), which holds for pictures of little detail too; or any two that they show. Where the frames of an
 * animation follow each other in another order, or one is left of many, the material is there; fading to black is not.
 */
export function isSameMaterial(known: Material, found: Material): boolean {
  if (isWithin(known.sha256, found.sha256, 0) || isNear(known.picture, found.picture)) return true;
  return known.shown.some((one) => found.shown.some((other) => isNear(one, other)));
}

function isNear(known: ComparedPicture | undefined, found: ComparedPicture | undefined): boolean {
  return known?.forms.some((form) => isWithin(form, found?.pdq, PDQ_RADIUS)) ?? false;
}

function isWithin(one: Uint8Array | undefined, other: Uint8Array | undefined, bits: number): boolean {
  return one !== undefined && other !== undefined && differingBits(one, other) <= bits;
}
