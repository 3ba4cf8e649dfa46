import { BLOCKHASH_MIN_TRANSITIONS, PDQ_MIN_QUALITY } from "@ntd/imagehash/compare";
import type { Algorithm, Film, Fingerprint } from "@ntd/proto/common/v1/common";
import type { ComputeFilmResponse } from "@ntd/proto/fingerprint/v1/film_service";
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

/** The same of a file that was handed on while it came. */
export function contentOfFile({ fingerprints, film, format, sizeBytes }: ComputeFilmResponse): Content {
  const seen = film && film.frames.length > 0 ? mostOf(film) : undefined;
  return {
    recipe: "",
    fingerprints,
    pdqForms: [],
    renditions: [],
    degraded: false,
    format,
    tooLittleDetail: seen?.frames.every((frame) => frame.tooLittleDetail) ?? false,
    revision: 0,
    sizeBytes: Number(sizeBytes),
    ...(seen && { film: seen }),
  };
}

/** Frames of a film that are told: some 50 bytes each. */
const MOST_FRAMES = 1000;

/** Of a long film those that count, spread over all of it. */
function mostOf(film: Film): Film {
  if (film.frames.length <= MOST_FRAMES) return film;
  const counting = film.frames.filter((frame) => !frame.tooLittleDetail);
  const step = Math.max(1, counting.length / MOST_FRAMES);
  const frames = counting.filter((_, at) => Math.floor(at / step) > Math.floor((at - 1) / step));
  return { ...film, frames: frames.length > 0 ? frames : film.frames.slice(0, 1), isCut: true };
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
