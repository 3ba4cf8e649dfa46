import { containerOf } from "@ntd/imagehash/films";
import type { ComputeFilmRequest, ComputeFilmResponse } from "@ntd/proto/fingerprint/v1/film_service";
import { Problem, type Health } from "@ntd/service";
import type { Pass } from "../fetch/pass.ts";
import type { Turns } from "./turns.ts";

export interface PassingDeps {
  health: Health;
  /** Who may hand a film on now: as many are decoded at a time. */
  filmTurns: Turns;
  /** The same of all other files that are not collected. */
  fileTurns: Turns;
  filmLimits: FilmLimits;
  computeFilm: (
    chunks: AsyncIterable<ComputeFilmRequest>,
    options: { signal: AbortSignal },
  ) => Promise<ComputeFilmResponse>;
}

/** What one look does for a film, or another large file. */
export interface FilmLimits {
  maxBytes: number;
  /** For its host to send it. */
  timeoutMs: number;
  /** It waits so long for its turn; its host waits with it. */
  turnMs: number;
}

/** Whose turn it is, and what keeps its claim meanwhile. */
export interface Passer {
  lane: string;
  stop: AbortSignal;
  during: <T>(job: (lost: AbortSignal) => Promise<T>) => Promise<T>;
}

/** So much is handed on at a time, as much as the service is at its best with. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Hands films and other large files to who hashes them, each in its turn.
 *
 * @throws Problem RATE_LIMITED where its turn does not come in time, and what the service says of itself.
 */
export function passing(deps: PassingDeps, { lane, stop, during }: Passer, given: Partial<FilmLimits> = {}): Pass {
  const { maxBytes, timeoutMs, turnMs } = { ...deps.filmLimits, ...given };
  return {
    maxBytes: Math.min(maxBytes, deps.filmLimits.maxBytes),
    timeoutMs,
    to: (chunks, start) =>
      during(async (lost) => {
        const signal = AbortSignal.any([stop, lost]);
        const turns = containerOf(start) === undefined ? deps.fileTurns : deps.filmTurns;
        const late = new AbortController();
        const timer = setTimeout(() => late.abort(new Problem("RATE_LIMITED", "Too many films at once.")), turnMs);
        const waiting = AbortSignal.any([signal, late.signal]);
        return turns
          .take(lane, waiting, () => {
            clearTimeout(timer);
            return hashed(deps, chunks, signal);
          })
          .finally(() => clearTimeout(timer));
      }),
  };
}

async function hashed(
  { computeFilm, health }: PassingDeps,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<ComputeFilmResponse> {
  try {
    const answer = await computeFilm(inPieces(chunks), { signal });
    health.degrade("fingerprint", false);
    return answer;
  } catch (error) {
    const problem = Problem.from(error);
    if (!signal.aborted && problem.reason === "PEER_UNAVAILABLE") health.degrade("fingerprint");
    // Each try reads all of it: that it takes too long is no outage, and after five tries a person looks.
    throw problem.reason === "TIMED_OUT" ? new Problem("INTERNAL", "A film took too long.", { cause: error }) : problem;
  }
}

async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ComputeFilmRequest> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) yield { chunk: chunk.subarray(at, at + CHUNK_BYTES) };
  }
}
