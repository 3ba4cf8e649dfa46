import type { EntryName } from "@ntd/proto/hashlists/v1/opinion_service";
import { inSlices, isUuid, shown, type FieldFault } from "@ntd/service";
import { entryIds, idOfFingerprint, type ReadEntry } from "../entries/entry-id.ts";
import { MOST_FAULTS } from "../entries/named-faults.ts";

/** Entries that one call may name. */
export const MOST_NAMED = 1000;
const SLICE = 200;

/** The ids of the entries that are named, each once, with the field that named it first; and what is wrong with others. */
export function namedEntries(setId: string, names: readonly (EntryName | undefined)[], field = "entries") {
  return inSlices(readNames(setId, names, field));
}

function* readNames(setId: string, names: readonly (EntryName | undefined)[], field: string) {
  const faults: FieldFault[] = [];
  const entries = new Map<string, string>();
  if (names.length === 0 || names.length > MOST_NAMED) {
    faults.push({ field, description: `names ${names.length} entries; 1 to ${MOST_NAMED} at a time` });
    return { entries, faults };
  }
  const idOf = entryIds(setId);
  for (const [i, name] of names.entries()) {
    const at = field === "entries" ? `entries[${i}]` : field;
    const read = readName(name, idOf);
    if ("id" in read) entries.set(read.id, entries.get(read.id) ?? at);
    else faults.push({ field: `${at}${read.below}`, description: read.description });
    if (faults.length >= MOST_FAULTS) break;
    if (i % SLICE === SLICE - 1) yield;
  }
  return { entries, faults };
}

function readName(named: EntryName | undefined, idOf: ReturnType<typeof entryIds>): ReadEntry {
  const { name } = named ?? {};
  if (name === undefined) return { below: "", description: "names no entry; give its id or its fingerprint" };
  if (name.$case === "entryId") {
    const id = name.value.toLowerCase();
    if (isUuid(id)) return { id };
    return { below: ".entry_id", description: `${shown(name.value)} is no entry id; it is a UUID` };
  }
  const read = idOfFingerprint(name.value, idOf);
  return "id" in read ? read : { ...read, below: `.fingerprint${read.below}` };
}
