import { countTransitions } from "@ntd/imagehash/compare";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { Listed } from "./entry-rows.ts";
import type { Floors } from "./release-entries.ts";
import { BYTES, isExact, isSearchable, type ExactAlgorithm, type PerceptualAlgorithm } from "../search/search-plan.ts";

/** An entry as it is found: by what hash, and what is told of it. */
export interface ToBeFound {
  algorithm: ExactAlgorithm | PerceptualAlgorithm;
  value: Uint8Array;
  listed: Listed;
}

/**
 * What of an entry is searched; undefined when it is below its floor, or of an algorithm that is not known here.
 *
 * @throws Problem PEER_UNAVAILABLE when it is no entry: better no list than one with holes.
 */
export function toBeFound(entry: Entry, floors: Floors): ToBeFound | undefined {
  const { entryId, fingerprint, votes, classification, fileKey, sizeBytes } = entry;
  const { algorithm = "ALGORITHM_UNSPECIFIED", value = new Uint8Array(), quality = 0 } = fingerprint ?? {};
  if (!isSearchable(algorithm)) return undefined;
  if (value.length !== BYTES[algorithm]) {
    throw new Problem("PEER_UNAVAILABLE", `A listed hash has ${value.length} bytes, not ${BYTES[algorithm]}.`);
  }
  if (isExact(algorithm)) {
    const file = { ...(fileKey && { fileKey }), ...(sizeBytes !== undefined && { sizeBytes }) };
    return { algorithm, value, listed: { entryId, votes, detail: 0, classification, ...file } };
  }
  const detail = algorithm === "ALGORITHM_PDQ" ? quality : countTransitions(value);
  const floor = algorithm === "ALGORITHM_PDQ" ? floors.pdqQuality : floors.blockhashTransitions;
  return detail < floor ? undefined : { algorithm, value, listed: { entryId, votes, detail, classification } };
}
