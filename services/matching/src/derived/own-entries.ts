import type { Entry, StreamChangesRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { Hashlists } from "../lists/set-entries.ts";
import type { Collections } from "../store.ts";
import { entryIdOf, isListed, type DerivedOf } from "./derived.ts";
import { isOwn, isOwnRelease, OWN_SET, ownReleaseId } from "./own-set.ts";

const PAGE = 100;

/** Hashlists, but that of the set of our own the store is asked. */
export function withOwnSet(
  hashlists: Omit<Hashlists, "streamStandings">,
  standings: Pick<Hashlists, "streamStandings">,
  collections: Pick<Collections, "derived" | "sets">,
): Hashlists {
  return {
    streamEntries: (request, options) =>
      isOwnRelease(request.releaseId ?? "") ? ownEntries(collections) : hashlists.streamEntries(request, options),
    streamRevocations: (request, options) =>
      isOwn(request.setId ?? "") ? nothingRevoked(collections) : hashlists.streamRevocations(request, options),
    streamStandings: (request, options) =>
      isOwn(request.setId ?? "") ? nothingSaid(collections) : standings.streamStandings(request, options),
    streamChanges: (request, options) =>
      isOwn(request.setId ?? "") ? ownChanges(collections, request) : hashlists.streamChanges(request, options),
  };
}

type Own = Pick<Collections, "derived" | "sets">;

async function* ownEntries({ derived }: Own) {
  for await (const page of derived.pages({ where: { isListed: true } }, PAGE)) {
    yield { entries: page.flatMap(({ state }) => entriesOf(state)) };
  }
}

async function* nothingRevoked({ sets }: Own) {
  const known = await sets.load(OWN_SET);
  const none = { counter: 0n, entryIds: [], cause: "REVOCATION_CAUSE_UNSPECIFIED", revokedBy: [] } as const;
  yield { ...none, entryIds: [], revokedBy: [], throughCounter: BigInt(known?.state.counter ?? 0) };
}

async function* nothingSaid({ sets }: Own) {
  const known = await sets.load(OWN_SET);
  yield { standings: [], throughCounter: BigInt(known?.state.counter ?? 0) };
}

// Of a target all is told anew. What is not through its own counter yet counts as new whatever is asked.
async function* ownChanges(
  { derived, sets }: Own,
  { afterCounter = 0n, throughCounter = 0n }: Partial<StreamChangesRequest>,
) {
  const known = await sets.load(OWN_SET);
  const counts = { throughCounter, entryCount: BigInt(known?.state.entryCount ?? 0) };
  const always = { historyUnknown: false, policy: undefined, policyChanged: false, othersInBetween: true };
  const nothing = { header: undefined, added: [], changed: [], removedEntryIds: [], restated: [] };
  yield { ...nothing, header: { ...counts, releaseId: ownReleaseId(Number(throughCounter)), ...always } };
  // All at one moment: one that gets its counter meanwhile is not passed over.
  const since = { where: { counter: { gte: Number(afterCounter) + 1 } }, orderBy: "counter" } as const;
  const { columns } = await derived.project(since, { id: "text" });
  for (const id of columns.id) {
    const state = (await derived.load(id))?.state;
    const changed = state === undefined ? [] : entriesOf(state);
    yield { ...nothing, changed, removedEntryIds: changed.length === 0 ? [entryIdOf(id)] : [] };
  }
}

function entriesOf(state: DerivedOf): Entry[] {
  if (!isListed(state)) return [];
  return state.fingerprints.map(({ edit, pdq, quality }) => ({
    entryId: entryIdOf(state.targetId),
    fingerprint: { algorithm: "ALGORITHM_PDQ", value: pdq, quality },
    // Entries know a few classes by number, as there are a few edits.
    classification: { scheme: "", version: "", code: edit },
    votes: 0,
  }));
}
