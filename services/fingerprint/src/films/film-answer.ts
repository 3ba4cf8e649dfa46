import type { Container } from "@ntd/imagehash/films";
import { Algorithm, type Film, type Fingerprint } from "@ntd/proto/common/v1/common";
import { FilmProblem, type ComputeFilmResponse } from "@ntd/proto/fingerprint/v1/film_service";
import { durationOf } from "../answer.ts";
import type { SeenFilm } from "./decode-film.ts";

/** What came of a file beside the hashes of its bytes: what was seen of it, or why nothing was looked at. */
export type Seen = SeenFilm | { end: "no_film" | "too_large" | "no_decoder" | "no_room" };

export interface Bytes {
  sha256: Uint8Array;
  sha1: Uint8Array;
  md5: Uint8Array;
  sizeBytes: number;
}

export function filmAnswer(bytes: Bytes, container: Container | undefined, seen: Seen): ComputeFilmResponse {
  const { sha256, sha1, md5, sizeBytes } = bytes;
  return {
    fingerprints: [
      fingerprint(Algorithm.SHA256, sha256),
      fingerprint(Algorithm.SHA1, sha1),
      fingerprint(Algorithm.MD5, md5),
    ],
    sizeBytes: BigInt(sizeBytes),
    film: "frames" in seen && seen.frames.length > 0 ? filmOf(seen) : undefined,
    problem: PROBLEMS[seen.end],
    format: container ?? "",
  };
}

function filmOf({ frames, end }: SeenFilm): Film {
  return {
    frames: frames.map(({ seconds, pdq, quality, isSceneChange, counts }) => ({
      time: durationOf(seconds * 1000),
      pdq,
      quality,
      isSceneChange,
      tooLittleDetail: !counts,
    })),
    duration: durationOf((frames.at(-1)?.seconds ?? 0) * 1000),
    isCut: end !== "whole",
  };
}

const PROBLEMS: Readonly<Record<Seen["end"], FilmProblem>> = {
  whole: FilmProblem.UNSPECIFIED,
  // Cut, as its film says.
  most: FilmProblem.UNSPECIFIED,
  no_film: FilmProblem.NOT_A_FILM,
  too_large: FilmProblem.TOO_LARGE,
  no_decoder: FilmProblem.NO_DECODER,
  no_room: FilmProblem.NO_ROOM,
  broken: FilmProblem.BROKEN,
  time: FilmProblem.TIMED_OUT,
  memory: FilmProblem.TOO_MUCH_MEMORY,
};

const fingerprint = (algorithm: Algorithm, value: Uint8Array): Fingerprint => ({ algorithm, value, quality: 0 });
