import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { AssessAddedRequest } from "@ntd/proto/matching/v1/list_impact_service";
import { Problem } from "@ntd/service";

const MOST_ENTRIES = 100_000;
/** A film has up to 36 kB. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What a list would add, as it was sent: the set, and fingerprints. */
export interface Added {
  setId: string;
  fingerprints: Fingerprint[];
}

/** @throws Problem FIELD_INVALID when no set is named first, or there are too many. */
export async function addedIn(requests: AsyncIterable<AssessAddedRequest>): Promise<Added> {
  let setId = "";
  const fingerprints: Fingerprint[] = [];
  let bytes = 0;
  for await (const { part } of requests) {
    if (part?.$case === "setId") setId = part.value;
    if (part?.$case !== "entries") continue;
    for (const one of part.value.fingerprints) {
      fingerprints.push(one);
      bytes += one.value.length;
    }
    if (fingerprints.length > MOST_ENTRIES || bytes > MOST_BYTES) {
      const description = `has over ${MOST_ENTRIES} fingerprints, or ${MOST_BYTES} bytes of them; send fewer`;
      throw Problem.fields({ field: "entries", description });
    }
  }
  if (setId === "") throw Problem.fields({ field: "set_id", description: "is empty; name the set first" });
  return { setId, fingerprints };
}

/** The id of an entry that has none yet, by its place, and back: a hit names its entry by an id. */
export function idOfPlace(place: number): string {
  return `00000000-0000-0000-0000-${place.toString(16).padStart(12, "0")}`;
}
