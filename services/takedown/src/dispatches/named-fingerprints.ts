import { isListed, isOfBytes } from "@ntd/facts";
import type { Case } from "@ntd/proto/casework/v1/case";
import type { Fingerprint } from "@ntd/proto/common/v1/common";

/**
 * What a notice names its material by. Where all that was found lies in another picture of the file than the one that
 * stands for it (a later frame, say), that one may be innocent: whoever looks for its like would find innocent pictures.
 */
export function namedFingerprints(decided: Pick<Case, "hits" | "fingerprints">): Fingerprint[] {
  const { fingerprints } = decided;
  return foundIn(decided) === undefined ? fingerprints : fingerprints.filter(({ algorithm }) => isOfBytes(algorithm));
}

/** In which of them it lies then, in words, so that whoever opens the file knows where to look. */
export function foundIn({ hits }: Pick<Case, "hits">): string | undefined {
  const listed = hits.filter(isListed);
  const elsewhere = listed.flatMap(({ rendition }) => rendition ?? []);
  if (elsewhere.length === 0 || elsewhere.length < listed.length) return undefined;
  return [...new Set(elsewhere)].toSorted(byFrame).join("; ");
}

const { compare: byFrame } = new Intl.Collator("en", { numeric: true });
