import { RECIPE_EXACT, recipeId } from "@ntd/imagehash/compare";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import type { Thresholds } from "@ntd/proto/hashlists/v1/release";
import type { SeenFrame } from "./seen-film.ts";

export const EXACT = ["ALGORITHM_SHA256", "ALGORITHM_SHA1", "ALGORITHM_MD5"] as const;
export const PERCEPTUAL = ["ALGORITHM_PDQ", "ALGORITHM_BLOCKHASH256"] as const;
export type ExactAlgorithm = (typeof EXACT)[number];
export type PerceptualAlgorithm = (typeof PERCEPTUAL)[number];

/** What is to be looked up of one picture. */
export interface SearchPlan {
  /** How the perceptual hashes were made; empty: not known. */
  recipe: string;
  equal: { algorithm: ExactAlgorithm; value: Uint8Array }[];
  near: Readonly<Record<PerceptualAlgorithm, readonly Wanted[]>>;
  /** Of all bytes, where known. */
  sizeBytes?: number;
  /** The frames of a film that count. */
  film?: readonly SeenFrame[];
}

/** One way a picture can lie. */
export interface Form {
  form: string;
  value: Uint8Array;
}

/** A hash to be looked up by distance; PDQ quality or transitions say how much it tells. */
export interface Wanted extends Form {
  quality: number;
  /** What of the file it is of; absent: the picture that stands for it. */
  rendition?: string;
  /** Shows too little of the picture to decide anything. */
  nominatesOnly?: true;
  /** Of a film's frame: its place. */
  frame?: number;
}

/** A further picture of a file: the hashes by which it is looked up beside the one that stands for the file. */
export interface KnownRendition {
  name: string;
  nominatesOnly: boolean;
  fingerprints: Fingerprint[];
  pdqForms: Form[];
}

export const ORIGINAL = "original";

/** How hashes were made of which nothing else is said: in lists, and in rows that were stored before recipes were. */
export const DEFAULT_RECIPE = recipeId(RECIPE_EXACT);

/** How long a hash is. */
export const BYTES: Readonly<Record<ExactAlgorithm | PerceptualAlgorithm, number>> = {
  ALGORITHM_SHA256: 32,
  ALGORITHM_SHA1: 20,
  ALGORITHM_MD5: 16,
  ALGORITHM_PDQ: 32,
  ALGORITHM_BLOCKHASH256: 32,
};

/**
 * Everything that can be looked up. The PDQ hash is looked up in each of the forms given, since the listed picture is
 * stored in one of them. A value of a wrong length is passed over, since nothing can equal it.
 */
export function planOf(
  fingerprints: readonly Fingerprint[],
  recipe: string,
  pdqForms: readonly Form[] = [],
): SearchPlan {
  const whole = fingerprints.filter(hasWholeValue);
  const equal = whole.flatMap(({ algorithm, value }) => (isExact(algorithm) ? [{ algorithm, value }] : []));
  const pdq = asTheyLie(whole, "ALGORITHM_PDQ");
  const quality = pdq[0]?.quality ?? 0;
  const others = pdqForms
    .filter(({ form, value }) => pdq.length > 0 && form !== ORIGINAL && value.length === BYTES.ALGORITHM_PDQ)
    .map((form) => ({ ...form, quality }));
  const near = {
    ALGORITHM_PDQ: [...pdq, ...others],
    ALGORITHM_BLOCKHASH256: asTheyLie(whole, "ALGORITHM_BLOCKHASH256"),
  };
  return { recipe, equal, near };
}

/** The plan with all that the file shows besides. Of them nothing is equal or not: the bytes are those of the file. */
export function withRenditions(plan: SearchPlan, renditions: readonly KnownRendition[]): SearchPlan {
  const others = renditions.map(({ name, nominatesOnly, fingerprints, pdqForms }) => {
    const named = { rendition: name, ...(nominatesOnly && { nominatesOnly: true as const }) };
    const { near } = planOf(fingerprints, plan.recipe, pdqForms);
    return (algorithm: PerceptualAlgorithm): Wanted[] => near[algorithm].map((wanted) => ({ ...wanted, ...named }));
  });
  const all = (algorithm: PerceptualAlgorithm) => [...plan.near[algorithm], ...others.flatMap((of) => of(algorithm))];
  const near = { ALGORITHM_PDQ: all("ALGORITHM_PDQ"), ALGORITHM_BLOCKHASH256: all("ALGORITHM_BLOCKHASH256") };
  return { ...plan, near };
}

/** The plan as far as a set's floors allow: what says too little finds only by accident. */
export function within(plan: SearchPlan, floors: Thresholds): SearchPlan {
  const { ALGORITHM_PDQ: pdq, ALGORITHM_BLOCKHASH256: blockhash } = plan.near;
  const near = {
    ALGORITHM_PDQ: pdq.filter(({ quality }) => quality >= floors.pdqQuality),
    ALGORITHM_BLOCKHASH256: blockhash.filter(({ quality }) => quality >= floors.blockhashTransitions),
  };
  return { ...plan, near };
}

/** Of others nothing is looked up here. */
export function isSearchable(algorithm: Algorithm): algorithm is ExactAlgorithm | PerceptualAlgorithm {
  return algorithm in BYTES;
}

export function isExact(algorithm: Algorithm): algorithm is ExactAlgorithm {
  return EXACT.some((exact) => exact === algorithm);
}

function asTheyLie(fingerprints: readonly Fingerprint[], wanted: PerceptualAlgorithm): Wanted[] {
  return fingerprints
    .filter(({ algorithm }) => algorithm === wanted)
    .map(({ value, quality }) => ({ form: ORIGINAL, value, quality }));
}

function hasWholeValue({ algorithm, value }: Fingerprint): boolean {
  return isSearchable(algorithm) && value.length === BYTES[algorithm];
}
