import type {
  DifferenceKind,
  EntryDifference,
  ListDifferencesRequest,
  ListDifferencesResponse,
} from "@ntd/proto/hashlists/v1/set_view_service";
import { listScope, pageSize, pageToken, readPageToken, type CallContext, type PageCursor } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import { BUCKETS } from "../entries/layered-rows.ts";
import { differences } from "../entries/store-changes.ts";
import type { Collections } from "../store.ts";
import { bucketsAtOnce } from "./buckets-at-once.ts";
import { loadPair } from "./diff.ts";
import type { KnownRevoked } from "./known-revoked.ts";
import { PageRoom } from "./page-room.ts";
import { DifferenceWords } from "./told-differences.ts";

type Needed = Pick<Collections, "sets" | "releases" | "entries">;

/** What lies between two releases, entry by entry. What is revoked meanwhile may shift a page by as much. */
export function listDifferences(collections: Needed, revokedIn: KnownRevoked) {
  return async (request: ListDifferencesRequest, context: CallContext): Promise<ListDifferencesResponse> => {
    const scope = listScope(request);
    const { size, at } = gather({
      size: () => pageSize(request.pageSize),
      at: () => placeIn(readPageToken(request.pageToken, scope)),
      kind: () => validKind(request.kind),
    });
    const pair = await loadPair(collections, request, context);
    const { older, newer } = pair;
    const revoked = await revokedIn(pair.set);
    const parts = { older: older.layers, newer: newer.layers };
    const last = Math.min(BUCKETS, at.bucket + bucketsAtOnce(older, newer)) - 1;
    const found: EntryDifference[] = [];
    const words = new DifferenceWords(request.kind);
    const room = new PageRoom(size);
    let [bucket, inBucket] = [at.bucket, 0];
    for await (const difference of differences(collections, parts, revoked, at.bucket)) {
      if (difference.bucket !== bucket) [bucket, inBucket] = [difference.bucket, 0];
      for (const shown of words.told(difference)) {
        const nth = inBucket++;
        if (bucket === at.bucket && nth < at.skip) continue;
        if (room.isFull) return { differences: found, nextPageToken: tokenOf(bucket, nth, scope) };
        const one = shown();
        found.push(one);
        room.take(one.before?.entry?.fingerprint?.value, one.after?.entry?.fingerprint?.value);
      }
      if (bucket === last && "removed" in difference) break;
    }
    return { differences: found, nextPageToken: last + 1 < BUCKETS ? tokenOf(last + 1, 0, scope) : "" };
  };
}

function placeIn(cursor: PageCursor | undefined): { bucket: number; skip: number } {
  const whole = (value: unknown) => Math.max(0, Math.trunc(Number(value)) || 0);
  return { bucket: Math.min(BUCKETS - 1, whole(cursor?.id)), skip: whole(cursor?.value) };
}

function tokenOf(bucket: number, skip: number, scope: string): string {
  return pageToken({ id: String(bucket), value: skip }, scope);
}

function validKind(kind: DifferenceKind): void {
  if (kind !== "UNRECOGNIZED") return;
  throw Problem.fields({ field: "kind", description: "is none that this release knows" });
}
