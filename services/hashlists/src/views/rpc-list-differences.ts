import type {
  DifferenceKind,
  EntryDifference,
  ListDifferencesRequest,
  ListDifferencesResponse,
} from "@ntd/proto/hashlists/v1/set_view_service";
import { callerOf, listScope, pageSize, pageToken, readPageToken, type CallContext, type PageCursor } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { BUCKETS } from "../entries/layered-rows.ts";
import type { PackedIds } from "../entries/packed-ids.ts";
import { differences } from "../entries/store-changes.ts";
import { bucketsAtOnce } from "./buckets-at-once.ts";
import { loadPair, type Pair } from "./diff.ts";
import { noteRead } from "../history/entries-read.ts";
import type { KnownRevoked } from "../revoked/known-revoked.ts";
import { PageRoom } from "./page-room.ts";
import { DifferenceWords } from "./told-differences.ts";

type Needed = Pick<Deps, "sets" | "releases" | "entries" | "reads" | "clock">;

/** What lies between two releases, entry by entry; who looks at how many is in the set's history. What is revoked meanwhile may shift a page by as much. */
export function listDifferences(needed: Needed, revokedIn: KnownRevoked) {
  return async (request: ListDifferencesRequest, context: CallContext): Promise<ListDifferencesResponse> => {
    const scope = listScope(request);
    const { size, at } = gather({
      size: () => pageSize(request.pageSize),
      at: () => placeIn(readPageToken(request.pageToken, scope)),
      kind: () => validKind(request.kind),
    });
    const pair = await loadPair(needed, request, context);
    const { found, next } = await pageOf(needed, pair, {
      at,
      size,
      kind: request.kind,
      revoked: await revokedIn(pair.set),
    });
    const { releaseId } = pair.newer;
    const read = { setId: pair.set.setId, releaseId, by: callerOf(context).person, entryCount: found.length };
    await noteRead(needed, { ...read, now: needed.clock.now() });
    return { differences: found, nextPageToken: next === undefined ? "" : tokenOf(next, scope) };
  };
}

/** A bucket, and how many differences of it went before. */
interface Place {
  bucket: number;
  skip: number;
}

interface Asked {
  at: Place;
  size: number;
  kind: DifferenceKind;
  revoked: Pick<PackedIds, "keysIn">;
}

async function pageOf(
  collections: Pick<Needed, "entries">,
  { older, newer }: Pair,
  { at, size, kind, revoked }: Asked,
) {
  const parts = { older: older.layers, newer: newer.layers };
  const last = Math.min(BUCKETS, at.bucket + bucketsAtOnce(older, newer)) - 1;
  const found: EntryDifference[] = [];
  const words = new DifferenceWords(kind);
  const room = new PageRoom(size);
  let [bucket, inBucket] = [at.bucket, 0];
  for await (const difference of differences(collections, parts, revoked, at.bucket)) {
    if (difference.bucket !== bucket) [bucket, inBucket] = [difference.bucket, 0];
    for (const shown of words.told(difference)) {
      const nth = inBucket++;
      if (bucket === at.bucket && nth < at.skip) continue;
      if (room.isFull) return { found, next: { bucket, skip: nth } };
      const one = shown();
      found.push(one);
      room.take(one.before?.entry?.fingerprint?.value, one.after?.entry?.fingerprint?.value);
    }
    if (bucket === last && "removed" in difference) break;
  }
  return { found, next: last + 1 < BUCKETS ? { bucket: last + 1, skip: 0 } : undefined };
}

function placeIn(cursor: PageCursor | undefined): Place {
  const whole = (value: unknown) => Math.max(0, Math.trunc(Number(value)) || 0);
  return { bucket: Math.min(BUCKETS - 1, whole(cursor?.id)), skip: whole(cursor?.value) };
}

function tokenOf({ bucket, skip }: Place, scope: string): string {
  return pageToken({ id: String(bucket), value: skip }, scope);
}

function validKind(kind: DifferenceKind): void {
  if (kind !== "UNRECOGNIZED") return;
  throw Problem.fields({ field: "kind", description: "is none that this release knows" });
}
