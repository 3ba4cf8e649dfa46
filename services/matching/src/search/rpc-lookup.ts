import { filmLengthFault } from "@ntd/imagehash/films";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { LookupRequest, LookupResponse } from "@ntd/proto/matching/v1/match_service";
import { Problem } from "@ntd/service";
import { fingerprintFault, withDetail } from "./given-fingerprint.ts";
import type { HashIndex } from "./hash-index.ts";
import { seenFrames, withFilm } from "./seen-film.ts";
import { planOf } from "./search-plan.ts";

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
    const plan = withFilm(planOf(fingerprints.map(given), recipe), film === undefined ? [] : seenFrames(film.value));
    const hits = await index.search(plan);
    return { hits, nearMisses: withNearMisses === true ? await index.nearMisses(plan, hits) : [] };
  };
}

function given(fingerprint: Fingerprint, at: number): Fingerprint {
  const field = `fingerprints[${at}]`;
  if (fingerprint.algorithm === "ALGORITHM_VPDQ") {
    const description = filmLengthFault(fingerprint.value.length);
    if (description !== undefined) throw Problem.fields({ field: `${field}.value`, description });
    return fingerprint;
  }
  const fault = fingerprintFault(fingerprint, field);
  if (fault !== undefined) throw Problem.fields(fault);
  return withDetail(fingerprint);
}
