import { countTransitions } from "@ntd/imagehash";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { LookupRequest, LookupResponse } from "@ntd/proto/matching/v1/match_service";
import { Problem } from "@ntd/service";
import type { HashIndex } from "./hash-index.ts";
import { planOf } from "./search-plan.ts";

const MAX_FINGERPRINTS = 100;

/** Looks fingerprints up that somebody else computed: each by itself, PDQ as it lies. */
export function lookup(index: HashIndex) {
  return async ({ fingerprints }: LookupRequest): Promise<LookupResponse> => {
    if (fingerprints.length > MAX_FINGERPRINTS) {
      const description = `there are ${fingerprints.length}; at most ${MAX_FINGERPRINTS} at a time`;
      throw Problem.fields({ field: "fingerprints", description });
    }
    return { hits: await index.search(fingerprints.map((one, at) => planOf([withDetail(one, at)]))) };
  };
}

const BYTES: Readonly<Record<string, number>> = {
  ALGORITHM_SHA256: 32,
  ALGORITHM_SHA1: 20,
  ALGORITHM_MD5: 16,
  ALGORITHM_PDQ: 32,
  ALGORITHM_BLOCKHASH256: 32,
};

// How much a blockhash says follows from itself; of a PDQ hash, only whoever computed it can know.
function withDetail(fingerprint: Fingerprint, at: number): Fingerprint {
  const { algorithm, value } = fingerprint;
  const bytes = BYTES[algorithm];
  const field = `fingerprints[${at}]`;
  if (bytes === undefined) throw Problem.fields({ field: `${field}.algorithm`, description: "is not named" });
  if (value.length !== bytes) {
    throw Problem.fields({ field: `${field}.value`, description: `has ${value.length} bytes; it takes ${bytes}` });
  }
  return algorithm === "ALGORITHM_BLOCKHASH256" ? { ...fingerprint, quality: countTransitions(value) } : fingerprint;
}
