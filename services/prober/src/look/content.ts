import { BLOCKHASH_MIN_TRANSITIONS, PDQ_MIN_QUALITY } from "@ntd/imagehash/compare";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import type { ComputeFingerprintsResponse, PictureProblem } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import type { Content } from "@ntd/proto/prober/v1/target";
import type { Reason } from "../targets/target-state.ts";

/** What was computed from the fetched bytes, to be kept; its revision is counted by the target. */
export function contentOf(answer: ComputeFingerprintsResponse, sizeBytes: number): Content {
  const { recipe, fingerprints, pdqForms, renditions, frameCount, degraded, format } = answer;
  return {
    recipe,
    fingerprints,
    pdqForms,
    renditions,
    ...(frameCount > 0 && { frameCount }),
    degraded,
    format,
    tooLittleDetail: tooLittleDetail(fingerprints),
    revision: 0,
    sizeBytes,
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
    case "PICTURE_PROBLEM_KERNELS_DIFFER":
      return "KERNELS_DIFFER";
    case "UNRECOGNIZED":
      return "unknown";
    default:
      return problem satisfies never;
  }
}

function tooLittleDetail(fingerprints: readonly Fingerprint[]): boolean {
  const quality = (algorithm: Algorithm) => fingerprints.find((f) => f.algorithm === algorithm)?.quality;
  const pdq = quality("ALGORITHM_PDQ");
  const blockhash = quality("ALGORITHM_BLOCKHASH256");
  if (pdq === undefined || blockhash === undefined) return false;
  return pdq < PDQ_MIN_QUALITY && blockhash < BLOCKHASH_MIN_TRANSITIONS;
}
