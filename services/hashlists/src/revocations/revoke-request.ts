import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { RevokeEntriesRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { isUuid, Problem, shown, type FieldFault } from "@ntd/service";
import { entryIds, idOfFingerprint } from "../entries/entry-id.ts";
import { MOST_FAULTS } from "../entries/named-faults.ts";

/** Entries that one call takes. */
export const MAX_ENTRIES = 100_000;
const MAX_REASON = 1000;
const SLICE = 1000;

/** What a request wants revoked: each entry once, with the field that named it first. */
export interface WantedEntries {
  reason: string;
  cause: RevocationCause;
  entries: ReadonlyMap<string, string>;
}

/**
 * A slice at a time: a hundred thousand fingerprints take the processor longer than others should wait.
 *
 * @throws Problem FIELD_INVALID naming the first faults.
 */
export function* validRevokeRequest(request: Omit<RevokeEntriesRequest, "requestId">): Generator<void, WantedEntries> {
  const { setId, entryIds: ids, fingerprints, cause } = request;
  const faults: FieldFault[] = [];
  const fault = (field: string, description: string) => void faults.push({ field, description });
  const reason = request.reason.trim();
  if (reason === "" || reason.length > MAX_REASON) fault("reason", `must have 1 to ${MAX_REASON} characters; say why`);
  if (cause === "UNRECOGNIZED") fault("cause", "is none that this release knows");
  const count = ids.length + fingerprints.length;
  if (count === 0 || count > MAX_ENTRIES)
    fault("entry_ids", `names ${count} entries; at least 1, at most ${MAX_ENTRIES}`);
  // A message holds two million that are empty: none of them is looked at.
  if (faults.length > 0 && count > MAX_ENTRIES) throw Problem.fields(...faults);
  const entries = new Map<string, string>();
  const want = (id: string, field: string) => void (entries.has(id) || entries.set(id, field));
  for (const [i, id] of ids.entries()) {
    if (isUuid(id)) want(id.toLowerCase(), `entry_ids[${i}]`);
    else fault(`entry_ids[${i}]`, `${shown(id)} is no entry id; it is a UUID`);
    if (faults.length >= MOST_FAULTS) throw Problem.fields(...faults);
    if (i % SLICE === SLICE - 1) yield;
  }
  const idOf = entryIds(setId);
  for (const [i, fingerprint] of fingerprints.entries()) {
    const read = idOfFingerprint(fingerprint, idOf);
    if ("id" in read) want(read.id, `fingerprints[${i}]`);
    else fault(`fingerprints[${i}]${read.below}`, read.description);
    if (faults.length >= MOST_FAULTS) throw Problem.fields(...faults);
    if (i % SLICE === SLICE - 1) yield;
  }
  if (faults.length > 0) throw Problem.fields(...faults);
  return { reason, cause, entries };
}
