import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import type { Thresholds } from "@ntd/proto/hashlists/v1/release";

export type ExactAlgorithm = "ALGORITHM_SHA256" | "ALGORITHM_SHA1" | "ALGORITHM_MD5";

/** What is to be looked up of one picture. */
export interface SearchPlan {
  exact: { algorithm: ExactAlgorithm; hex: string }[];
  /** The eight ways the picture can lie; the listed one is stored in one of them. */
  pdq?: { quality: number; forms: Form[] };
  blockhash?: { transitions: number; value: Uint8Array };
}

export interface Form {
  form: string;
  value: Uint8Array;
}

export const ORIGINAL = "original";

const EXACT_BYTES: Readonly<Record<ExactAlgorithm, number>> = {
  ALGORITHM_SHA256: 32,
  ALGORITHM_SHA1: 20,
  ALGORITHM_MD5: 16,
};
const PERCEPTUAL_BYTES = 32;

/** Everything that can be looked up; a value of a wrong length is passed over, since nothing can equal it. */
export function planOf(fingerprints: readonly Fingerprint[], pdqForms: readonly Form[] = []): SearchPlan {
  const exact = fingerprints.flatMap(({ algorithm, value }) =>
    isExact(algorithm) && value.length === EXACT_BYTES[algorithm] ? [{ algorithm, hex: hexOf(value) }] : [],
  );
  const pdq = whole(fingerprints, "ALGORITHM_PDQ");
  const blockhash = whole(fingerprints, "ALGORITHM_BLOCKHASH256");
  return {
    exact,
    ...(pdq && { pdq: { quality: pdq.quality, forms: formsOf(pdq.value, pdqForms) } }),
    ...(blockhash && { blockhash: { transitions: blockhash.quality, value: blockhash.value } }),
  };
}

/** The plan as far as a set's floors allow: what says too little finds only by accident. */
export function within(plan: SearchPlan, floors: Thresholds): SearchPlan {
  const { exact, pdq, blockhash } = plan;
  return {
    exact,
    ...(pdq && pdq.quality >= floors.pdqQuality && { pdq }),
    ...(blockhash && blockhash.transitions >= floors.blockhashTransitions && { blockhash }),
  };
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

export function isExact(algorithm: Algorithm): algorithm is ExactAlgorithm {
  return algorithm in EXACT_BYTES;
}

function whole(fingerprints: readonly Fingerprint[], algorithm: Algorithm): Fingerprint | undefined {
  return fingerprints.find((one) => one.algorithm === algorithm && one.value.length === PERCEPTUAL_BYTES);
}

function formsOf(original: Uint8Array, forms: readonly Form[]): Form[] {
  const others = forms.filter(({ form, value }) => form !== ORIGINAL && value.length === PERCEPTUAL_BYTES);
  return [{ form: ORIGINAL, value: original }, ...others];
}
