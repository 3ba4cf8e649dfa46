import { BLOCKHASH_MIN_TRANSITIONS, differingBits, PDQ_MIN_QUALITY, PDQ_RADIUS } from "@ntd/imagehash/compare";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import type { ComputeFingerprintsResponse, PictureProblem } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import type { Content } from "@ntd/proto/prober/v1/target";
import type { Reason } from "../targets/target-state.ts";
import type { Likeness } from "../targets/target.ts";

/** What was computed from the fetched bytes, to be kept; its revision is counted by the target. */
export function contentOf(answer: ComputeFingerprintsResponse): Content {
  const { recipe, fingerprints, pdqForms, degraded, format } = answer;
  return {
    recipe,
    fingerprints,
    pdqForms,
    degraded,
    format,
    tooLittleDetail: tooLittleDetail(fingerprints),
    revision: 0,
  };
}

/** Why it is no picture that can be judged; undefined when it is one; "unknown" when the answer is newer than we are. */
export function reasonOf(problem: PictureProblem): Reason | "unknown" | undefined {
  switch (problem) {
    case "PICTURE_PROBLEM_UNSPECIFIED":
      return undefined;
    case "PICTURE_PROBLEM_NOT_A_PICTURE":
      return "NOT_A_PICTURE";
    case "PICTURE_PROBLEM_FORMAT_NOT_ALLOWED":
      return "FORMAT_NOT_ALLOWED";
    case "PICTURE_PROBLEM_TOO_LARGE":
      return "PICTURE_TOO_LARGE";
    case "PICTURE_PROBLEM_TOO_SMALL":
      return "PICTURE_TOO_SMALL";
    case "PICTURE_PROBLEM_BROKEN":
      return "PICTURE_BROKEN";
    case "PICTURE_PROBLEM_TIMED_OUT":
      return "DECODE_TIMED_OUT";
    case "UNRECOGNIZED":
      return "unknown";
    default:
      return problem satisfies never;
  }
}

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

function tooLittleDetail(fingerprints: readonly Fingerprint[]): boolean {
  const quality = (algorithm: Algorithm) => fingerprints.find((f) => f.algorithm === algorithm)?.quality;
  const pdq = quality("ALGORITHM_PDQ");
  const blockhash = quality("ALGORITHM_BLOCKHASH256");
  if (pdq === undefined || blockhash === undefined) return false;
  return pdq < PDQ_MIN_QUALITY && blockhash < BLOCKHASH_MIN_TRANSITIONS;
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
