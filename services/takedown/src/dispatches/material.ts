import { isSameMaterial, pdqIsComparable, type Material } from "@ntd/imagehash/compare";
import { frameCounts } from "@ntd/imagehash/films";
import type { Film, Fingerprint, Rendition } from "@ntd/proto/common/v1/common";

/** What a file is known again by: its bytes, or what it shows. */
export interface Marks {
  sha256?: Uint8Array;
  /** Of the picture that stands for it. */
  pdq?: Uint8Array;
  /** PDQ of all that it shows and that says enough to be compared. Absent where that is this picture alone. */
  shown?: Uint8Array[];
  /** PDQ of the frames of a film that say enough to be compared. */
  film?: Uint8Array[];
}

interface Content {
  fingerprints: readonly Fingerprint[];
  renditions?: readonly Rendition[];
  film?: Film | undefined;
}

export function marksOf({ fingerprints, renditions = [], film }: Content): Marks {
  const valueOf = (wanted: Fingerprint["algorithm"]) =>
    fingerprints.find(({ algorithm }) => algorithm === wanted)?.value;
  const [sha256, pdq] = [valueOf("ALGORITHM_SHA256"), valueOf("ALGORITHM_PDQ")];
  const pictures = [...fingerprints, ...renditions.flatMap((one) => one.fingerprints)];
  const shown = pictures
    .filter((one) => one.algorithm === "ALGORITHM_PDQ" && pdqIsComparable(one))
    .map(({ value }) => value);
  const isPictureAlone = shown.length === 1 && shown[0] === pdq;
  const frames = film && { film: film.frames.filter(frameCounts).map((frame) => frame.pdq) };
  return { ...(sha256 && { sha256 }), ...(pdq && { pdq }), ...(pdq && !isPictureAlone && { shown }), ...frames };
}

/** What was decided on: a case names the picture that stands for a file; what else that shows is known of what was seen. */
export function decidedMarks(fingerprints: readonly Fingerprint[], seen: Marks | undefined): Marks {
  const marks = marksOf({ fingerprints });
  const isSeen = marks.sha256 !== undefined && seen?.sha256 !== undefined && equal(marks.sha256, seen.sha256);
  if (!isSeen) return marks;
  return { ...marks, ...(seen.shown && { shown: seen.shown }), ...(seen.film && { film: seen.film }) };
}

/** Whether what was seen is still what was decided on. Who decided on nothing that can be compared has it always. */
export function isStill(decided: Marks, seen: Marks | undefined): boolean {
  if (decided.sha256 === undefined && decided.pdq === undefined) return true;
  return seen !== undefined && isSameMaterial(materialOf(decided), materialOf(seen));
}

function materialOf({ sha256, pdq, shown = pdq === undefined ? [] : [pdq], film }: Marks): Material {
  const picture = pdq && asItLies(pdq);
  const known = { ...(sha256 && { sha256 }), ...(picture && { picture }), ...(film && { film }) };
  return { ...known, shown: shown.map(asItLies) };
}

function asItLies(pdq: Uint8Array) {
  return { pdq, forms: [pdq] };
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
