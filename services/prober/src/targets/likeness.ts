import { differingBits, PDQ_RADIUS } from "@ntd/imagehash/compare";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import type { Content } from "@ntd/proto/prober/v1/target";

/** identical: the same bytes; same: the same material by comparison; other: neither; first: nothing to compare with. */
export type Likeness = "first" | "identical" | "same" | "other";

/**
 * How like the content is to what was seen. The same material is: the same bytes, or a PDQ hash within
 * the radius of one of the eight forms of the other (re-encoded, resized, turned or mirrored). That holds for pictures
 * of little detail too: between them PDQ errs towards "the same", and an address is not called gone by mistake.
 */
export function likeness(known: Content | undefined, found: Content): Likeness {
  if (known === undefined) return "first";
  if (identical(known, found)) return "identical";
  if (shareHash(known, found, "ALGORITHM_SHA256")) return "same";
  const pdq = hashOf(found, "ALGORITHM_PDQ");
  const near = pdq !== undefined && known.pdqForms.some((form) => differingBits(form.value, pdq.value) <= PDQ_RADIUS);
  return near ? "same" : "other";
}

function identical(one: Content, other: Content): boolean {
  return (
    one.recipe === other.recipe &&
    one.fingerprints.length === other.fingerprints.length &&
    one.fingerprints.every(({ algorithm }) => shareHash(one, other, algorithm))
  );
}

function shareHash(one: Content, other: Content, algorithm: Algorithm): boolean {
  const a = hashOf(one, algorithm);
  const b = hashOf(other, algorithm);
  return a !== undefined && b !== undefined && differingBits(a.value, b.value) === 0;
}

function hashOf({ fingerprints }: Content, algorithm: Algorithm): Fingerprint | undefined {
  return fingerprints.find((fingerprint) => fingerprint.algorithm === algorithm);
}
