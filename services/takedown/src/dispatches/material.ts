import { differingBits, PDQ_RADIUS } from "@ntd/imagehash/compare";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";

/** What a picture is known again by: its bytes, or what it shows. */
export interface Marks {
  sha256?: Uint8Array;
  pdq?: Uint8Array;
}

export function marksOf(fingerprints: readonly Fingerprint[]): Marks {
  const valueOf = (algorithm: Algorithm) => fingerprints.find((f) => f.algorithm === algorithm)?.value;
  const [sha256, pdq] = [valueOf("ALGORITHM_SHA256"), valueOf("ALGORITHM_PDQ")];
  return { ...(sha256 && { sha256 }), ...(pdq && { pdq }) };
}

/** Whether what was seen is still what was decided on. Who decided on nothing that can be compared has it always. */
export function isStill(decided: Marks, seen: Marks | undefined): boolean {
  if (decided.sha256 === undefined && decided.pdq === undefined) return true;
  return within(decided.sha256, seen?.sha256, 0) || within(decided.pdq, seen?.pdq, PDQ_RADIUS);
}

function within(one: Uint8Array | undefined, other: Uint8Array | undefined, bits: number): boolean {
  return one !== undefined && other !== undefined && differingBits(one, other) <= bits;
}
