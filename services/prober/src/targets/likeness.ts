import { differingBits, isSameMaterial, pdqIsComparable, type Material } from "@ntd/imagehash/compare";
import { frameCounts } from "@ntd/imagehash/films";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import type { Content } from "@ntd/proto/prober/v1/target";

/** identical: the same bytes; same: the same material by comparison; other: neither; first: nothing to compare with. */
export type Likeness = "first" | "identical" | "same" | "other";

/** How like the content is to what was seen; what the same material is says `isSameMaterial`. */
export function likeness(known: Content | undefined, found: Content): Likeness {
  if (known === undefined) return "first";
  if (identical(known, found)) return "identical";
  return isSameMaterial(materialOf(known), materialOf(found)) ? "same" : "other";
}

/** Of content that an earlier release stored it is not known what its file shows beside its picture. */
export function knowsRenditions(content: Content): boolean {
  return Object.hasOwn(content, "renditions");
}

function materialOf(content: Content): Material {
  const sha256 = hashOf(content, "ALGORITHM_SHA256")?.value;
  const picture = pictureOf(content);
  const all = [content, ...(knowsRenditions(content) ? content.renditions : [])].map(pictureOf);
  const shown = all.filter((one) => one !== undefined).filter(pdqIsComparable);
  const film = content.film?.frames.filter(frameCounts).map(({ pdq }) => pdq);
  return { ...(sha256 && { sha256 }), ...(picture && { picture }), shown, ...(film && { film }) };
}

function pictureOf({ fingerprints, pdqForms }: Pick<Content, "fingerprints" | "pdqForms">) {
  const pdq = hashOf({ fingerprints }, "ALGORITHM_PDQ");
  return pdq && { pdq: pdq.value, quality: pdq.quality, forms: pdqForms.map(({ value }) => value) };
}

function identical(one: Content, other: Content): boolean {
  return (
    one.recipe === other.recipe &&
    knowsRenditions(one) === knowsRenditions(other) &&
    (one.film === undefined) === (other.film === undefined) &&
    one.fingerprints.length === other.fingerprints.length &&
    one.fingerprints.every(({ algorithm }) => shareHash(one, other, algorithm))
  );
}

function shareHash(one: Content, other: Content, algorithm: Algorithm): boolean {
  const a = hashOf(one, algorithm);
  const b = hashOf(other, algorithm);
  return a !== undefined && b !== undefined && differingBits(a.value, b.value) === 0;
}

function hashOf({ fingerprints }: Pick<Content, "fingerprints">, algorithm: Algorithm): Fingerprint | undefined {
  return fingerprints.find((fingerprint) => fingerprint.algorithm === algorithm);
}
