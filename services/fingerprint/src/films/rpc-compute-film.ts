import { createHash } from "node:crypto";
import { CONTAINER_BYTES, containerOf } from "@ntd/imagehash/films";
import type { ComputeFilmRequest, ComputeFilmResponse } from "@ntd/proto/fingerprint/v1/film_service";
import { Problem } from "@ntd/service";
import { countFilm } from "../metrics.ts";
import { filmAnswer } from "./film-answer.ts";
import type { Films } from "./films.ts";

/** The most that is hashed of one file. */
export const MOST_BYTES = 1024 * 1024 * 1024;

/** @throws Problem TOO_LARGE over `MOST_BYTES`, RATE_LIMITED when too many films wait. */
export async function computeFilm(
  films: Films,
  requests: AsyncIterable<ComputeFilmRequest>,
  signal: AbortSignal,
): Promise<ComputeFilmResponse> {
  const [sha256, sha1, md5] = [createHash("sha256"), createHash("sha1"), createHash("md5")];
  let sizeBytes = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const { chunk } of requests) {
      sizeBytes += chunk.length;
      if (sizeBytes > MOST_BYTES) throw new Problem("TOO_LARGE", `A file may have ${MOST_BYTES} bytes.`);
      for (const hash of [sha256, sha1, md5]) hash.update(chunk);
      yield chunk;
    }
  }
  const { opening, all } = await opened(hashed());
  const container = containerOf(opening);
  const seen = await films.see(container, all, signal);
  const bytes = { sha256: sha256.digest(), sha1: sha1.digest(), md5: md5.digest(), sizeBytes };
  const answer = filmAnswer(bytes, container, seen);
  countFilm(answer.problem);
  return answer;
}

/** The first bytes, by which it is told what it is, and all of it. */
async function opened(chunks: AsyncGenerator<Uint8Array>) {
  let opening = Buffer.alloc(0);
  while (opening.length < CONTAINER_BYTES) {
    const next = await chunks.next();
    if (next.done === true) break;
    opening = Buffer.concat([opening, next.value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield opening;
    yield* chunks;
  }
  return { opening, all: all() };
}
