import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import type { Thresholds } from "@ntd/proto/hashlists/v1/release";

export type ExactAlgorithm = "ALGORITHM_SHA256" | "ALGORITHM_SHA1" | "ALGORITHM_MD5";
export type PerceptualAlgorithm = "ALGORITHM_PDQ" | "ALGORITHM_BLOCKHASH256";

/** What is to be looked up of one picture. */
export interface SearchPlan {
  exact: { algorithm: ExactAlgorithm; value: Uint8Array }[];
  /** How the perceptual hashes were made; empty: not known. */
  recipe: string;
  /** The eight ways the picture can lie; the listed one is stored in one of them. */
  pdq?: { quality: number; forms: Form[] };
  blockhash?: { transitions: number; value: Uint8Array };
}

export interface Form {
  form: string;
  value: Uint8Array;
}

export const ORIGINAL = "original";

/** How long a hash is. */
export const BYTES: Readonly<Record<ExactAlgorithm | PerceptualAlgorithm, number>> = {
  ALGORITHM_SHA256: 32,
  ALGORITHM_SHA1: 20,
  ALGORITHM_MD5: 16,
  ALGORITHM_PDQ: 32,
  ALGORITHM_BLOCKHASH256: 32,
};

/** Everything that can be looked up; a value of a wrong length is passed over, since nothing can equal it. */
export function planOf(
  fingerprints: readonly Fingerprint[],
  recipe: string,
  pdqForms: readonly Form[] = [],
): SearchPlan {
  const whole = fingerprints.filter(hasWholeValue);
  const exact = whole.flatMap(({ algorithm, value }) => (isExact(algorithm) ? [{ algorithm, value }] : []));
  const pdq = whole.find(({ algorithm }) => algorithm === "ALGORITHM_PDQ");
  const blockhash = whole.find(({ algorithm }) => algorithm === "ALGORITHM_BLOCKHASH256");
  return {
    exact,
    recipe,
    ...(pdq && { pdq: { quality: pdq.quality, forms: formsOf(pdq.value, pdqForms) } }),
    ...(blockhash && { blockhash: { transitions: blockhash.quality, value: blockhash.value } }),
  };
}

/** The plan as far as a set's floors allow: what says too little finds only by accident. */
export function within(plan: SearchPlan, floors: Thresholds): SearchPlan {
  const { exact, recipe, pdq, blockhash } = plan;
  return {
    exact,
    recipe,
    ...(pdq && pdq.quality >= floors.pdqQuality && { pdq }),
    ...(blockhash && blockhash.transitions >= floors.blockhashTransitions && { blockhash }),
  };
}

export function isExact(algorithm: Algorithm): algorithm is ExactAlgorithm {
  return algorithm === "ALGORITHM_SHA256" || algorithm === "ALGORITHM_SHA1" || algorithm === "ALGORITHM_MD5";
}

function hasWholeValue({ algorithm, value }: Fingerprint): boolean {
  return algorithm in BYTES && value.length === BYTES[algorithm as keyof typeof BYTES];
}

function formsOf(original: Uint8Array, forms: readonly Form[]): Form[] {
  const others = forms.filter(({ form, value }) => form !== ORIGINAL && value.length === BYTES.ALGORITHM_PDQ);
  return [{ form: ORIGINAL, value: original }, ...others];
}
