import { differingBits, PDQ_RADIUS, pdqIsComparable } from "@ntd/imagehash/compare";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import type { Content } from "@ntd/proto/prober/v1/target";

/** identical: the same bytes; same: the same material by comparison; other: neither; first: nothing to compare with. */
export type Likeness = "first" | "identical" | "same" | "other";

/**
 * How like the content is to what was seen. The same material is: the same bytes, or a PDQ hash within
 * the radius of one of the eight forms of the other (re-encoded, resized, turned or mirrored). That holds for pictures
 * of little detail too: between them PDQ errs towards "the same", and an address is not called gone by mistake. Of two
 * files one of which shows more than its picture, the frames of an animation for one, any two of enough detail may be
 * alike: where frames follow each other in another order, or one is left of many, the material is there. Fading to
 * black is not.
 */
export function likeness(known: Content | undefined, found: Content): Likeness {
  if (known === undefined) return "first";
  if (identical(known, found)) return "identical";
  if (shareHash(known, found, "ALGORITHM_SHA256")) return "same";
  const pdq = hashOf(found, "ALGORITHM_PDQ");
  const near = pdq !== undefined && known.pdqForms.some((form) => isNear(form, pdq));
  return near || shareShown(known, found) ? "same" : "other";
}

/** Of content that an earlier release stored it is not known what its file shows beside its picture. */
export function knowsRenditions(content: Content): boolean {
  return Object.hasOwn(content, "renditions");
}

function shareShown(known: Content, found: Content): boolean {
  const wanted = shownIn(found);
  return shownIn(known).some(({ pdqForms }) => pdqForms.some((form) => wanted.some(({ pdq }) => isNear(form, pdq))));
}

/** All pictures of the file that show enough to be compared with one another. */
function shownIn(content: Content) {
  const all = [content, ...(knowsRenditions(content) ? content.renditions : [])];
  return all.flatMap(({ fingerprints, pdqForms }) => {
    const pdq = hashOf({ fingerprints }, "ALGORITHM_PDQ");
    return pdq === undefined || !pdqIsComparable(pdq) ? [] : [{ pdq, pdqForms }];
  });
}

function isNear(one: Pick<Fingerprint, "value">, other: Pick<Fingerprint, "value">): boolean {
  return differingBits(one.value, other.value) <= PDQ_RADIUS;
}

function identical(one: Content, other: Content): boolean {
  return (
    one.recipe === other.recipe &&
    knowsRenditions(one) === knowsRenditions(other) &&
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
