import type { DiffReleasesRequest, DiffReleasesResponse } from "@ntd/proto/hashlists/v1/set_view_service";
import type { CallContext } from "@ntd/rpc";
import { count } from "../comparison/compare.ts";
import { toComparison } from "../comparison/comparison-message.ts";
import type { Deps } from "../deps.ts";
import { loadPair, type Pair } from "./diff.ts";
import { keptLast } from "./kept-last.ts";
import type { KnownRevoked } from "../revoked/known-revoked.ts";

type Needed = Pick<Deps, "sets" | "releases" | "entries" | "clock">;

/** What was counted last: people look again, and ask others to look. */
const KEPT = 20;

/** What lies between two releases, in numbers. */
export function diffReleases(needed: Needed, revokedIn: KnownRevoked) {
  const counted = keptLast<DiffReleasesResponse>(KEPT);
  return async (request: DiffReleasesRequest, context: CallContext): Promise<DiffReleasesResponse> => {
    const pair = await loadPair(needed, request, context);
    const key = `${pair.older.releaseId} ${pair.newer.releaseId} ${pair.set.counter}`;
    return await counted(key, () => counts(needed, pair, revokedIn));
  };
}

async function counts(needed: Needed, { set, older, newer }: Pair, revokedIn: KnownRevoked) {
  const counting = await count(needed, { older: older.layers, newer: newer.layers }, await revokedIn(set));
  const active = { activeReleaseId: older.releaseId, activeEntryCount: older.entryCount };
  const { added, removed, changed, reclassed, kinds } = toComparison(counting.end(active, needed.clock.now()));
  return { added, removed, changed, reclassed, kinds };
}
