import { countTransitions } from "@ntd/imagehash/compare";
import { filmLengthFault, frameCounts, framesOf } from "@ntd/imagehash/films";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { Listed } from "./entry-rows.ts";
import type { Floors } from "./release-entries.ts";
import { BYTES, isExact, isSearchable, type ExactAlgorithm, type PerceptualAlgorithm } from "../search/search-plan.ts";

/** An entry as it is found: by what hash, and what is told of it. */
export interface ToBeFound {
  algorithm: ExactAlgorithm | PerceptualAlgorithm | "ALGORITHM_VPDQ";
  /** Of a film the hashes of those frames that count, side by side. */
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
  if (algorithm === "ALGORITHM_VPDQ") return filmToBeFound(value, { entryId, votes, classification });
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

function filmToBeFound(film: Uint8Array, entry: Omit<Listed, "detail">): ToBeFound | undefined {
  const fault = filmLengthFault(film.length);
  if (fault !== undefined) throw new Problem("PEER_UNAVAILABLE", `A listed film ${fault}.`);
  const counting = framesOf(film).filter(frameCounts);
  if (counting.length === 0) return undefined;
  const value = Buffer.concat(counting.map(({ pdq }) => pdq));
  return { algorithm: "ALGORITHM_VPDQ", value, listed: { ...entry, detail: counting.length } };
}
