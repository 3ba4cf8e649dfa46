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
  /** Of a film whose frames were looked at: those that say enough to be compared, by PDQ. */
  readonly film?: readonly Uint8Array[];
}

/**
 * Whether two files are the same material: the same bytes; or, within the radius, the same picture (re-encoded, resized,
 * turned, mirrored), which holds for pictures of little detail too; or any two that they show. Where the frames of an
 * animation follow each other in another order, or one is left of many, the material is there; fading to black is not.
 * Of two films half of what one shows is shown by the other, too: coded anew, cut, or with another film around it; what
 * opens or closes all films of a host is less of each.
 */
export function isSameMaterial(known: Material, found: Material): boolean {
  if (isWithin(known.sha256, found.sha256, 0) || isNear(known.picture, found.picture)) return true;
  if (known.film !== undefined && found.film !== undefined) return isSameFilm(known.film, found.film);
  const other = allShown(found);
  return allShown(known).some((one) => other.some((two) => isNear(one, two)));
}

/** An animation may be shown as a film, which loads faster. */
function allShown({ shown, film = [] }: Material): ComparedPicture[] {
  return [...shown, ...film.map((pdq) => ({ pdq, forms: [pdq] }))];
}

/** Of what one film shows so much is shown by the other. */
const FILM_SHARE = 0.5;
/** Frames that are looked for in the other film, spread over theirs: to compare all with all would take long. */
const MOST_SOUGHT = 64;

function isSameFilm(one: readonly Uint8Array[], other: readonly Uint8Array[]): boolean {
  return isHalfIn(one, other) || isHalfIn(other, one);
}

function isHalfIn(frames: readonly Uint8Array[], film: readonly Uint8Array[]): boolean {
  const step = Math.max(1, frames.length / MOST_SOUGHT);
  const sought = frames.filter((_, at) => Math.floor(at / step) > Math.floor((at - 1) / step));
  const found = sought.filter((frame) => film.some((other) => isWithin(frame, other, PDQ_RADIUS)));
  return found.length > 0 && found.length >= sought.length * FILM_SHARE;
}

function isNear(known: ComparedPicture | undefined, found: ComparedPicture | undefined): boolean {
  return known?.forms.some((form) => isWithin(form, found?.pdq, PDQ_RADIUS)) ?? false;
}

function isWithin(one: Uint8Array | undefined, other: Uint8Array | undefined, bits: number): boolean {
  return one !== undefined && other !== undefined && differingBits(one, other) <= bits;
}
