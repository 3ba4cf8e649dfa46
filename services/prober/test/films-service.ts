import { createHash } from "node:crypto";
import { containerOf } from "@ntd/imagehash/films";
import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { ComputeFilmRequest, ComputeFilmResponse, FilmProblem } from "@ntd/proto/fingerprint/v1/film_service";
import { Problem } from "@ntd/service";

/** What becomes of films: "leaves": the service is away once it has taken a MiB; a problem: that is said of each. */
export interface Films {
  mode: "up" | "leaves" | FilmProblem;
  /** Files that came, whole ones. */
  asked: number;
}

const NAMES: readonly [Algorithm, string][] = [
  ["ALGORITHM_SHA256", "sha256"],
  ["ALGORITHM_SHA1", "sha1"],
  ["ALGORITHM_MD5", "md5"],
];
const LEAVES_AFTER = 1024 * 1024;

/** The hashes of a file, and of a film a frame for each letter behind "frames:" in it. */
export async function computeFilm(
  films: Films,
  requests: AsyncIterable<ComputeFilmRequest>,
): Promise<ComputeFilmResponse> {
  const hashes = NAMES.map(([algorithm, name]) => ({ algorithm, hash: createHash(name) }));
  let start = Buffer.alloc(0);
  let length = 0;
  for await (const { chunk } of requests) {
    if (start.length < 1024) start = Buffer.concat([start, chunk.subarray(0, 1024)]);
    for (const { hash } of hashes) hash.update(chunk);
    length += chunk.length;
    if (films.mode === "leaves" && length > LEAVES_AFTER) throw new Problem("PEER_UNAVAILABLE");
  }
  films.asked++;
  const fingerprints = hashes.map(({ algorithm, hash }) => ({ algorithm, value: hash.digest(), quality: 0 }));
  const format = containerOf(start) ?? "";
  const [, frames = ""] = /frames:(\w+)/.exec(start.toString("latin1")) ?? [];
  const isSeen = films.mode === "up" && frames !== "";
  const problem = films.mode === "up" || films.mode === "leaves" ? "FILM_PROBLEM_BROKEN" : films.mode;
  return {
    fingerprints,
    sizeBytes: BigInt(length),
    film: isSeen ? filmOf(frames) : undefined,
    problem: format === "" ? "FILM_PROBLEM_NOT_A_FILM" : isSeen ? "FILM_PROBLEM_UNSPECIFIED" : problem,
    format,
  };
}

function filmOf(letters: string): NonNullable<ComputeFilmResponse["film"]> {
  const frames = letters.split("").map((letter, at) => ({
    time: { seconds: BigInt(at), nanos: 0 },
    pdq: createHash("sha256").update(letter).digest(),
    quality: 100,
    isSceneChange: false,
    tooLittleDetail: false,
  }));
  return { frames, duration: undefined, isCut: false };
}

/** A film of so many bytes whose frames are those letters; another film for each. */
export function filmNamed(frames: string, length: number): Buffer {
  const head = Buffer.from(`\0\0\0\x20ftypisom\0\0\0\0isomiso2avc1mp41frames:${frames} `, "latin1");
  return Buffer.concat([head, Buffer.alloc(Math.max(0, length - head.length), length % 251)]);
}
