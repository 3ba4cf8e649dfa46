import { isSameMaterial, pdqIsComparable, type Material } from "@ntd/imagehash/compare";
import type { Fingerprint, Rendition } from "@ntd/proto/common/v1/common";

/** What a file is known again by: its bytes, or what it shows. */
export interface Marks {
  sha256?: Uint8Array;
  /** Of the picture that stands for it. */
  pdq?: Uint8Array;
  /** PDQ of all that it shows and that says enough to be compared. Absent where that is this picture alone. */
  shown?: Uint8Array[];
}

interface Content {
  fingerprints: readonly Fingerprint[];
  renditions?: readonly Rendition[];
}

export function marksOf({ fingerprints, renditions = [] }: Content): Marks {
  const valueOf = (wanted: Fingerprint["algorithm"]) =>
    fingerprints.find(({ algorithm }) => algorithm === wanted)?.value;
  const [sha256, pdq] = [valueOf("ALGORITHM_SHA256"), valueOf("ALGORITHM_PDQ")];
  const pictures = [...fingerprints, ...renditions.flatMap((one) => one.fingerprints)];
  const shown = pictures
    .filter((one) => one.algorithm === "ALGORITHM_PDQ" && pdqIsComparable(one))
    .map(({ value }) => value);
  const isPictureAlone = shown.length === 1 && shown[0] === pdq;
  return { ...(sha256 && { sha256 }), ...(pdq && { pdq }), ...(pdq && !isPictureAlone && { shown }) };
}

/** What was decided on: a case names the picture that stands for a file; what else that shows is known of what was seen. */
export function decidedMarks(fingerprints: readonly Fingerprint[], seen: Marks | undefined): Marks {
  const marks = marksOf({ fingerprints });
  const isSeen = marks.sha256 !== undefined && seen?.sha256 !== undefined && equal(marks.sha256, seen.sha256);
  return isSeen && seen.shown !== undefined ? { ...marks, shown: seen.shown } : marks;
}

/** Whether what was seen is still what was decided on. Who decided on nothing that can be compared has it always. */
export function isStill(decided: Marks, seen: Marks | undefined): boolean {
  if (decided.sha256 === undefined && decided.pdq === undefined) return true;
  return seen !== undefined && isSameMaterial(materialOf(decided), materialOf(seen));
}

function materialOf({ sha256, pdq, shown = pdq === undefined ? [] : [pdq] }: Marks): Material {
  const picture = pdq && asItLies(pdq);
  return { ...(sha256 && { sha256 }), ...(picture && { picture }), shown: shown.map(asItLies) };
}

function asItLies(pdq: Uint8Array) {
  return { pdq, forms: [pdq] };
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
