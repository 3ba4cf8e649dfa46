import type { PerceptualAlgorithm } from "@ntd/imagehash";
import type { FilmProblem } from "@ntd/proto/fingerprint/v1/film_service";
import type { PictureProblem } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import type { SandboxKind } from "@ntd/sandbox";
import { counter, gauge } from "@ntd/service";
import type { KillReason } from "./decoding.ts";

const pictures = counter("ntd_fingerprint_pictures", "Pictures that were asked for, by problem.");
const films = counter("ntd_fingerprint_films", "Files that were asked for as films, by problem.");
const decodersKilled = counter("ntd_fingerprint_decoders_killed", "Decoder processes that were killed, by reason.");
const kernelsDiffering = counter(
  "ntd_fingerprint_kernels_differing",
  "Hashes that two ways to compute them differ in, by which hash and over what: a picture, or known ones.",
);

export function countPicture(problem: PictureProblem): void {
  pictures({ problem });
}

export function countFilm(problem: FilmProblem): void {
  films({ problem });
}

export function countKilledDecoder(reason: KillReason): void {
  decodersKilled({ reason });
}

export function countKernelDiffering(kernel: PerceptualAlgorithm, over: "picture" | "vectors"): void {
  kernelsDiffering({ kernel, over });
}

export function showSandbox(kind: SandboxKind): Disposable {
  return gauge("ntd_fingerprint_sandbox", "The kind of sandbox that decoders run in.", () => [[1, { kind }]]);
}
