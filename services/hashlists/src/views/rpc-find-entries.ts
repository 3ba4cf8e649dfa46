import type {
  EntryRevocation,
  FindEntriesRequest,
  FindEntriesResponse,
  FoundEntry,
} from "@ntd/proto/hashlists/v1/set_view_service";
import type { CallContext } from "@ntd/rpc";
import { keyText } from "../entries/entry-id.ts";
import type { NumberedIds } from "../entries/numbered-ids.ts";
import { toEntryOpinions } from "../opinions/opinions-message.ts";
import { layersIn, type ReleaseState } from "../releases/release.ts";
import { revokedBy } from "../revocations/revocation.ts";
import { counterKey } from "../sets/counter-key.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSetFor } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";
import type { KnownRevoked } from "../revoked/known-revoked.ts";
import { PartSearch } from "./part-search.ts";
import { wantedHashes } from "./wanted-hash.ts";

type Needed = Pick<Collections, "sets" | "releases" | "entries" | "revocations" | "opinions">;

/** Releases that are looked through: the one in force, and the newest beside it. */
const RELEASES = 50;

/** What a set has of some hashes: in which releases, and by whom it was taken back. */
export function findEntries(collections: Needed, knownIn: KnownRevoked) {
  return async (request: FindEntriesRequest, context: CallContext): Promise<FindEntriesResponse> => {
    const { state: set } = await loadSetFor(collections, request.setId, context, "see");
    const wanted = wantedHashes(set.setId, request.hashes);
    const { releases, isMore } = await releasesOf(collections, set);
    const keys = new Set(wanted.flatMap((one) => one.keys));
    const found = await foundIn(collections, { set, releases, keys }, context.signal);
    await noteRevocations(collections, set, found, await knownIn(set));
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
  /** The newest first. */
  releases: readonly ReleaseState[];
  keys: ReadonlySet<string>;
}

async function foundIn(
  collections: Needed,
  { set, releases, keys }: Search,
  signal: AbortSignal,
): Promise<Map<string, FoundEntry>> {
  const search = new PartSearch(collections, keys);
  const found = new Map<string, FoundEntry>();
  const active = releases.find(({ releaseId }) => releaseId === set.active?.releaseId);
  // As it is listed in force, if it is, else in the newest of them.
  const inForce = await search.in((active && layersIn(active)) ?? []);
  for (const release of releases) {
    // Nobody waits any more: the rest of the releases is not searched.
    signal.throwIfAborted();
    const { releaseId, uploadedTime } = release;
    const listing = { releaseId, uploadedTime };
    for (const [key, listed] of await search.in(layersIn(release) ?? [])) {
      const newer = found.get(key);
      found.set(key, {
        listed: newer?.listed ?? inForce.get(key) ?? listed,
        inForce: inForce.has(key),
        firstListed: listing,
        lastListed: newer?.lastListed ?? listing,
        listedInReleases: (newer?.listedInReleases ?? 0) + 1,
      });
    }
  }
  return found;
}

async function noteRevocations(
  collections: Needed,
  set: HashSetState,
  found: ReadonlyMap<string, FoundEntry>,
  revoked: NumberedIds,
): Promise<void> {
  for (const [bucket, own] of Map.groupBy(found, ([key]) => key.charCodeAt(0))) {
    const counters = revoked.numbersIn(bucket);
    for (const [key, entry] of own) {
      const counter = counters.get(key);
      const revocation = counter === undefined ? undefined : await revocationAt(collections, set, counter);
      if (entry.listed === undefined || revocation === undefined) continue;
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
