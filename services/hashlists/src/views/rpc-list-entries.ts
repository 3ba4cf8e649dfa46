import type { ListedEntry, ListEntriesRequest, ListEntriesResponse } from "@ntd/proto/hashlists/v1/set_view_service";
import { callerOf, listScope, pageSize, pageToken, readPageToken, type CallContext, type PageCursor } from "@ntd/rpc";
import { gather } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { PackedIds } from "../entries/packed-ids.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { noteRead } from "../history/entries-read.ts";
import { entryFilter, type EntryFilter } from "./entry-filter.ts";
import type { KnownRevoked } from "../revoked/known-revoked.ts";
import { PageRoom } from "./page-room.ts";
import { listedOf, loadViewed, slicesOf, type Viewed } from "./release-entries.ts";

/** So many entries of a list are read for a page at most, whatever the filter leaves of them. */
const MOST_READ = 32_000;

type Needed = Pick<Deps, "sets" | "releases" | "entries" | "reads" | "clock">;

/** The entries of a release, page by page; who looks at how many is in the set's history. */
export function listEntries(needed: Needed, revokedIn: KnownRevoked) {
  return async (request: ListEntriesRequest, context: CallContext): Promise<ListEntriesResponse> => {
    const { state: set } = await loadSetFor(needed, request.setId, context, "see");
    const scope = listScope(request);
    const { size, begun, filter } = gather({
      size: () => pageSize(request.pageSize),
      begun: () => readPageToken(request.pageToken, scope),
      filter: () => entryFilter(request),
    });
    const at = begun && placeIn(begun);
    const release = await loadViewed(needed, set, at?.releaseId ?? request.releaseId);
    const revoked = await revokedIn(set);
    const page = await pageOf(needed, release, {
      size,
      filter,
      after: at?.after ?? "",
      skip: at?.skip ?? 0,
      revoked,
    });
    const read = { setId: set.setId, releaseId: release.releaseId, by: callerOf(context).person };
    await noteRead(needed, { ...read, entryCount: page.entries.length, now: needed.clock.now() });
    return { releaseId: release.releaseId, entries: page.entries, nextPageToken: pageToken(page.next, scope) };
  };
}

interface Asked {
  size: number;
  filter: EntryFilter;
  /** The slice behind which it goes on, and how many of the next one's entries went before. */
  after: string;
  skip: number;
  revoked: Pick<PackedIds, "keysIn">;
}

async function pageOf(collections: Pick<Needed, "entries">, release: Viewed, asked: Asked) {
  let { after, skip } = asked;
  let [read, bucket, revoked] = [0, -1, asked.revoked.keysIn(0)];
  const entries: ListedEntry[] = [];
  const room = new PageRoom(asked.size);
  for await (const { key, chunk } of slicesOf(collections, release, after)) {
    // A page ends where there is more, so that the last one is known to be.
    if (room.isFull || read >= MOST_READ) return { entries, next: cursorOf(release, after, 0) };
    if (chunk.bucket !== bucket) [bucket, revoked] = [chunk.bucket, asked.revoked.keysIn(chunk.bucket)];
    const places = asked.filter(chunk, skip, revoked);
    const listed = places.length > 0 ? listedOf(chunk) : undefined;
    for (const { i, isRevoked } of places) {
      if (room.isFull) return { entries, next: cursorOf(release, after, i) };
      const one = listed?.(i, isRevoked);
      if (one === undefined) continue;
      entries.push(one);
      room.take(one.entry?.fingerprint?.value);
    }
    [after, skip, read] = [key, 0, read + chunk.algorithms.length];
  }
  return { entries, next: undefined };
}

function cursorOf({ releaseId }: Viewed, after: string, skip: number): PageCursor {
  return { id: `${releaseId} ${after}`, value: skip };
}

// The release that was in force when the first page was asked for may not be any more: its pages go on.
function placeIn({ id, value }: PageCursor) {
  const [releaseId = "", after = ""] = id.split(" ");
  return { releaseId, after, skip: Math.max(0, Math.trunc(Number(value)) || 0) };
}
