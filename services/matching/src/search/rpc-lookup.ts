import { countTransitions } from "@ntd/imagehash/compare";
import { filmLengthFault } from "@ntd/imagehash/films";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { LookupRequest, LookupResponse } from "@ntd/proto/matching/v1/match_service";
import { Problem } from "@ntd/service";
import type { HashIndex } from "./hash-index.ts";
import { seenFrames, withFilm } from "./seen-film.ts";
import { BYTES, isSearchable, planOf } from "./search-plan.ts";

const MAX_FINGERPRINTS = 100;

/** Looks fingerprints of one picture or film up that somebody else computed, PDQ as it lies. */
export function lookup(index: HashIndex) {
  return async ({ fingerprints, recipe = "", withNearMisses }: LookupRequest): Promise<LookupResponse> => {
    if (fingerprints.length > MAX_FINGERPRINTS) {
      const description = `there are ${fingerprints.length}; at most ${MAX_FINGERPRINTS} at a time`;
      throw Problem.fields({ field: "fingerprints", description });
    }
    const [film, ...moreFilms] = fingerprints.filter(({ algorithm }) => algorithm === "ALGORITHM_VPDQ");
    if (moreFilms.length > 0)
      throw Problem.fields({ field: "fingerprints", description: "name several films; one at a time" });
    const plan = withFilm(
      planOf(fingerprints.map(withDetail), recipe),
      film === undefined ? [] : seenFrames(film.value),
    );
    const hits = await index.search(plan);
    return { hits, nearMisses: withNearMisses === true ? await index.nearMisses(plan, hits) : [] };
  };
}

// How much a blockhash says follows from itself; of a PDQ hash, only whoever computed it can know.
function withDetail(fingerprint: Fingerprint, at: number): Fingerprint {
  const { algorithm, value } = fingerprint;
  const field = `fingerprints[${at}]`;
  if (algorithm === "ALGORITHM_VPDQ") {
    const description = filmLengthFault(value.length);
    if (description !== undefined) throw Problem.fields({ field: `${field}.value`, description });
    return fingerprint;
  }
  if (!isSearchable(algorithm)) {
    throw Problem.fields({ field: `${field}.algorithm`, description: "is not named, or not looked up alone" });
  }
  const bytes = BYTES[algorithm];
  if (value.length !== bytes) {
    throw Problem.fields({ field: `${field}.value`, description: `has ${value.length} bytes; it takes ${bytes}` });
  }
  return algorithm === "ALGORITHM_BLOCKHASH256" ? { ...fingerprint, quality: countTransitions(value) } : fingerprint;
}
