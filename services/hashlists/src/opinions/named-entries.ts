import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { EntryName } from "@ntd/proto/hashlists/v1/opinion_service";
import { inSlices, isUuid, Problem, shown, type FieldFault } from "@ntd/service";
import { algorithmName, entryIds, idTexts } from "../entries/entry-id.ts";
import { idsIn, partsOf } from "../entries/find-entries.ts";
import { lengthFault } from "../formats/entry-line.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";

/** Entries that one call may name. */
export const MOST_NAMED = 1000;
/** So many faults are told. */
const FAULTS = 20;
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
    if (faults.length >= FAULTS) break;
    if (i % SLICE === SLICE - 1) yield;
  }
  return { entries, faults };
}

type Read = { id: string } | { below: string; description: string };

function readName(named: EntryName | undefined, idOf: ReturnType<typeof entryIds>): Read {
  const { name } = named ?? {};
  if (name === undefined) return { below: "", description: "names no entry; give its id or its fingerprint" };
  if (name.$case === "entryId") {
    const id = name.value.toLowerCase();
    if (isUuid(id)) return { id };
    return { below: ".entry_id", description: `${shown(name.value)} is no entry id; it is a UUID` };
  }
  return readFingerprint(name.value, idOf);
}

function readFingerprint({ algorithm, value }: Fingerprint, idOf: ReturnType<typeof entryIds>): Read {
  const name = algorithmName(algorithm);
  if (name === undefined) return { below: ".fingerprint.algorithm", description: "is none that lists have" };
  const wrong = lengthFault(name, value.length);
  if (wrong !== undefined) return { below: ".fingerprint.value", description: wrong };
  return { id: idTexts(idOf(name, Buffer.from(value).toString("hex")))[0] ?? "" };
}

/**
 * Refuses what no release of the set has: an opinion is of an entry in whatever release it is.
 *
 * @throws Problem NOT_FOUND naming the fields.
 */
export async function requireEntries(
  collections: Pick<Collections, "releases" | "entries">,
  set: HashSetState,
  entries: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Map(entries);
  for await (const part of partsOf(collections, set)) {
    if (wanted.size === 0) return;
    // Nobody waits any more: the rest of the releases is not searched.
    signal.throwIfAborted();
    for (const id of await idsIn(collections, part, wanted.keys())) wanted.delete(id);
  }
  if (wanted.size === 0) return;
  const fields = [...wanted.values()]
    .slice(0, FAULTS)
    .map((field) => ({ field, description: "is no entry of this set" }));
  const named = fields.map(({ field }) => field).join(", ");
  const [some, them] =
    wanted.size === 1 ? ["One of them is no entry", "it"] : [`${wanted.size} of them are no entries`, "them"];
  const message = `${some} of this set; take ${them} out and send it again: ${named}`;
  throw new Problem("NOT_FOUND", message, { fields });
}
