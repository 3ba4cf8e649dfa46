import type {
  EntryRevocation,
  FindEntriesRequest,
  FindEntriesResponse,
  FoundEntry,
} from "@ntd/proto/hashlists/v1/set_view_service";
import type { CallContext } from "@ntd/rpc";
import { keyText, wantedIds, wantedIn } from "../entries/entry-id.ts";
import { toEntryOpinions } from "../opinions/opinions-message.ts";
import { layersIn, type ReleaseState } from "../releases/release.ts";
import { revokedBy } from "../revocations/revocation.ts";
import { counterKey } from "../sets/counter-key.ts";
import { revokedIn } from "../revocations/store-revocations.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSetFor } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";
import { listedOf, placesOf } from "./release-entries.ts";
import { wantedHashes } from "./wanted-hash.ts";

type Needed = Pick<Collections, "sets" | "releases" | "entries" | "revocations" | "revoked" | "opinions">;

/** Releases that are looked through: the one in force, and the newest beside it. */
const RELEASES = 50;

/** What a set has of some hashes: in which releases, and by whom it was taken back. */
export function findEntries(collections: Needed) {
  return async (request: FindEntriesRequest, context: CallContext): Promise<FindEntriesResponse> => {
    const { state: set } = await loadSetFor(collections, request.setId, context, "see");
    const wanted = wantedHashes(set.setId, request.hashes);
    const { releases, isMore } = await releasesOf(collections, set);
    const found = new Map<string, FoundEntry>();
    const keys = new Set(wanted.flatMap((one) => one.keys));
    for (const release of releases) {
      // Nobody waits any more: the rest of the releases is not searched.
      context.signal.throwIfAborted();
      await searchIn(collections, { set, release, keys, found });
    }
    await noteRevocations(collections, set, found);
    await noteOpinions(collections, found);
    return {
      hashes: wanted.map(({ hash, keys: own }) => ({ hash, entries: own.flatMap((key) => found.get(key) ?? []) })),
      releasesSearched: releases.length,
      olderReleasesLeft: isMore,
    };
  };
}

async function releasesOf({ releases }: Needed, { setId, active }: HashSetState) {
  const query = { where: { visibleIn: setId }, orderBy: "uploadedTime", descending: true } as const;
  const found = await releases.find({ ...query, limit: RELEASES + 1 });
  const newest = found.slice(0, RELEASES).map(({ state }) => state);
  const isThere = active === undefined || newest.some(({ releaseId }) => releaseId === active.releaseId);
  const inForce = isThere ? undefined : await releases.load(active.releaseId);
  const withEntries = [...newest, ...(inForce ? [inForce.state] : [])].filter((one) => layersIn(one) !== undefined);
  return { releases: withEntries, isMore: found.length > RELEASES };
}

interface Search {
  set: HashSetState;
  release: ReleaseState;
  keys: ReadonlySet<string>;
  /** By their keys; of releases that are newer than this one. */
  found: Map<string, FoundEntry>;
}

async function searchIn(collections: Needed, { set, release, keys, found }: Search): Promise<void> {
  const { releaseId, uploadedTime } = release;
  const inForce = set.active?.releaseId === releaseId;
  const listing = { releaseId, uploadedTime };
  const layers = layersIn(release);
  if (layers === undefined) return;
  for (const [key, { chunk, i }] of await placesOf(collections, { layers }, keys)) {
    const newer = found.get(key);
    const listed = newer === undefined || inForce ? listedOf(chunk)(i, false) : newer.listed;
    found.set(key, {
      listed,
      inForce: inForce || newer?.inForce === true,
      firstListed: listing,
      lastListed: newer?.lastListed ?? listing,
      listedInReleases: (newer?.listedInReleases ?? 0) + 1,
    });
  }
}

async function noteRevocations(collections: Needed, set: HashSetState, found: Map<string, FoundEntry>) {
  const keys = new Map(Array.from(found.keys(), (key) => [keyText(key), key]));
  const wanted = wantedIds(keys.keys());
  for await (const { counter, ids } of revokedIn(collections, set, 0)) {
    const here = wantedIn(ids, wanted);
    const revocation = here.length > 0 ? await revocationAt(collections, set, counter) : undefined;
    for (const id of here) {
      const entry = found.get(keys.get(id) ?? "");
      // The first cause of an entry stays.
      if (entry?.listed === undefined || entry.revocation !== undefined || revocation === undefined) continue;
      entry.listed.state = "ENTRY_STATE_REVOKED";
      entry.revocation = revocation;
    }
  }
}

async function noteOpinions({ opinions }: Needed, found: ReadonlyMap<string, FoundEntry>): Promise<void> {
  for (const [key, entry] of found) {
    const said = await opinions.load(keyText(key));
    if (said !== undefined) entry.opinions = toEntryOpinions(said.state);
  }
}

async function revocationAt(
  { revocations }: Needed,
  { setId, lastRevocation: last }: HashSetState,
  counter: number,
): Promise<EntryRevocation | undefined> {
  const isLast = last?.counter === counter;
  const [document] = isLast
    ? [await revocations.load(last.revocationId)]
    : await revocations.find({ where: { effective: counterKey(setId, counter) }, limit: 1 });
  if (document === undefined) return undefined;
  const { revocationId, cause = "REVOCATION_CAUSE_UNSPECIFIED", reason, stage } = document.state;
  const effectiveTime = isLast ? last.time : stage.name === "effective" ? stage.time : undefined;
  return { revocationId, cause, reason, revokedBy: revokedBy(document.state), effectiveTime };
}
