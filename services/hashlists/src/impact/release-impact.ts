import type { AddedImpact, RemovedImpact, TakenBackImpact } from "@ntd/proto/hashlists/v1/impact";
import { AddedEntries, type AssessAddedRequest } from "@ntd/proto/matching/v1/list_impact_service";
import type { Deps } from "../deps.ts";
import type { Comparison } from "../comparison/comparison.ts";
import type { Tombstones } from "../releases/release.ts";
import { frozenIds } from "../revocations/store-revocations.ts";
import type { Asks } from "./asks.ts";
import { entriesImpact } from "./entries-impact.ts";
import { ifAnswered } from "./peers.ts";

type Needed = Pick<Deps, "casework" | "matching" | "clock" | "log" | "revoked">;

/** What a release changes: what was drawn of its entries, and the ids that its lines take back. */
export interface Changed {
  setId: string;
  asks: Asks;
  tombstones: readonly Tombstones[];
}

/** What stands on what a release drops, and what it adds would meet; what nobody answers is absent. */
export async function releaseImpact(
  deps: Needed,
  { setId, asks, tombstones }: Changed,
): Promise<Pick<Comparison, "removedImpact" | "addedImpact" | "takenBackImpacts">> {
  const [removedImpact, takenBackImpacts, addedImpact] = await Promise.all([
    impactOfRemoved(deps, setId, asks.removed),
    impactOfTombstones(deps, setId, tombstones),
    impactOfAdded(deps, setId, asks.added),
  ]);
  return {
    ...(removedImpact && { removedImpact }),
    ...(addedImpact && { addedImpact }),
    ...(takenBackImpacts && { takenBackImpacts }),
  };
}

async function impactOfRemoved(deps: Needed, setId: string, ids: Uint8Array): Promise<RemovedImpact | undefined> {
  const now = deps.clock.now();
  if (ids.length === 0) {
    const none = { askedCount: 0n, liveEntryCount: 0n, caseCount: 0, liveNoticeCount: 0, noticedEntryCount: 0n };
    return { assessedTime: now, ...none, isMore: false };
  }
  // A release takes nothing back: nothing falls with it.
  const impact = await entriesImpact(deps, { setId, ids, cause: "REVOCATION_CAUSE_UNSPECIFIED" });
  if (impact === undefined) return undefined;
  const { assessedTime, askedEntryCount: askedCount, liveEntryCount, caseCount, isMore } = impact;
  const { liveNoticeCount, noticedEntryCount } = impact;
  const known = { assessedTime, askedCount, liveEntryCount: BigInt(liveEntryCount), caseCount, isMore };
  return {
    ...known,
    ...(liveNoticeCount !== undefined && { liveNoticeCount }),
    ...(noticedEntryCount !== undefined && { noticedEntryCount: BigInt(noticedEntryCount) }),
  };
}

async function impactOfTombstones(
  deps: Needed,
  setId: string,
  tombstones: readonly Tombstones[],
): Promise<TakenBackImpact[] | undefined> {
  const all: TakenBackImpact[] = [];
  for (const { cause, part } of tombstones) {
    const impact = await entriesImpact(deps, { setId, ids: await frozenIds(deps, part), cause });
    if (impact === undefined) return undefined;
    all.push({ cause, impact });
  }
  return all;
}

async function impactOfAdded(
  { matching, clock, log }: Needed,
  setId: string,
  added: readonly Uint8Array[],
): Promise<AddedImpact | undefined> {
  const assessedTime = clock.now();
  const none = { nearNegativeCount: 0n, metEntryCount: 0n, metRowCount: 0n, rowCount: 0n };
  if (added.length === 0) return { assessedTime, askedCount: 0n, ...none, isMore: false };
  if (matching === undefined) return undefined;
  const answer = await ifAnswered(log, () => matching.assessAdded(sent(setId, added)));
  return (
    answer && {
      assessedTime,
      askedCount: BigInt(answer.entryCount),
      nearNegativeCount: BigInt(answer.nearNegativeCount),
      metEntryCount: BigInt(answer.metEntryCount),
      metRowCount: BigInt(answer.metRowCount),
      rowCount: BigInt(answer.rowCount),
      isMore: answer.isMore,
      ...(answer.nearPositiveCount !== undefined && { nearPositiveCount: BigInt(answer.nearPositiveCount) }),
    }
  );
}

// oxlint-disable-next-line require-await -- a stream as the client takes it
async function* sent(setId: string, added: readonly Uint8Array[]): AsyncGenerator<AssessAddedRequest> {
  yield { part: { $case: "setId", value: setId } };
  for (const one of added) yield { part: { $case: "entries", value: AddedEntries.decode(one) } };
}
