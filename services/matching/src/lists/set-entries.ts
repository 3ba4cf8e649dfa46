import type { IndexThreads } from "@ntd/hammingindex";
import type { EntryServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { EntryStandingServiceService } from "@ntd/proto/hashlists/v1/opinion_service";
import type { RpcClient } from "@ntd/rpc";
import { failpoint, Problem } from "@ntd/service";
import { indexOptions } from "../search/index-options.ts";
import { isOwn } from "../derived/own-set.ts";
import { changesTo } from "./entry-changes.ts";
import { thresholdsOf } from "./loaded-set.ts";
import { ReleaseBuilder } from "../entries/release-builder.ts";
import type { ReleaseEntries } from "../entries/release-entries.ts";
import { readStandings } from "./read-standings.ts";
import type { Snapshots } from "../snapshots/snapshots.ts";
import { isEmpty, type KnownSet } from "../store.ts";
import { Turns } from "./turns.ts";

/** Where entries come from. */
export interface Sources {
  hashlists: Hashlists;
  /** What was kept on disk; without it every start asks hashlists. */
  snapshots: Snapshots | undefined;
  threads: IndexThreads;
}

export type Hashlists = Pick<
  RpcClient<typeof EntryServiceService>,
  "streamEntries" | "streamRevocations" | "streamChanges"
> &
  Pick<RpcClient<typeof EntryStandingServiceService>, "streamStandings">;

/**
 * A set's active release as it was kept, with what changed since, or else as hashlists has it; in both cases without what
 * was revoked, and whether hashlists was asked for that. Politely: slower, and nobody who searches meanwhile waits for
 * long.
 *
 * @throws Problem PEER_UNAVAILABLE when hashlists is needed, and does not answer or not with all of it.
 */
export async function entriesOf(known: KnownSet, from: Sources, politely: boolean, signal: AbortSignal) {
  if (isEmpty(known)) return { entries: await noEntries(from, known), asked: false };
  const entries = (await keptEntries(from, known, signal)) ?? (await readRelease(from, known, politely, signal));
  const asked = entries.revokedThrough < known.counter;
  try {
    if (asked) await readRevocations(from.hashlists, known, entries, signal);
    if (entries.standings.through < known.counter) {
      await readStandings(from.hashlists, known, entries.standings, signal);
    }
  } catch (failure) {
    // It is read again each second: nobody else would let these go.
    await entries[Symbol.asyncDispose]();
    throw failure;
  }
  return { entries, asked };
}

// Nobody searches in what was kept before it is brought to the active release.
async function keptEntries({ hashlists, snapshots }: Sources, known: KnownSet, signal: AbortSignal) {
  // This is tried each second, and a large list takes long to be read from a disk: not in vain.
  if (await snapshots?.isBehind(known)) await requireAnswer(hashlists, known, signal);
  const kept = await snapshots?.load(known);
  if (kept === undefined || kept.releaseId === known.activeReleaseId) return kept?.entries;
  await using unused = new AsyncDisposableStack();
  unused.use(kept.entries);
  await using changes = await changesTo(known, kept, hashlists, signal);
  if (changes === undefined) return undefined;
  changes.takeIn();
  unused.move();
  return kept.entries;
}

/** @throws Problem PEER_UNAVAILABLE when hashlists does not answer. */
async function requireAnswer(hashlists: Hashlists, { setId, counter }: KnownSet, signal: AbortSignal): Promise<void> {
  for await (const _ of hashlists.streamRevocations({ setId, afterCounter: BigInt(counter) }, { signal })) return;
}

// The whole release, what was revoked included. When not all entries came nothing is taken: half a list would miss, and
// nobody would know.
async function readRelease({ hashlists, threads }: Sources, known: KnownSet, politely: boolean, signal: AbortSignal) {
  using builder = new ReleaseBuilder(thresholdsOf(known), indexOptions(known, threads), { threads });
  const turns = new Turns();
  for await (const { entries } of hashlists.streamEntries({ releaseId: known.activeReleaseId }, { signal })) {
    const take = () => entries.forEach((entry) => builder.add(entry));
    if (politely) await turns.work(take);
    else take();
    failpoint(politely ? "matching.read-beside" : "matching.read-first");
  }
  if (builder.size !== known.entryCount && !isOwn(known.setId)) {
    throw new Problem("PEER_UNAVAILABLE", `${builder.size} of ${known.entryCount} entries of a release came.`);
  }
  const entries = await builder.build();
  // What was given back up to there is not told as revoked.
  entries.restoredThrough = known.restoredCounter ?? 0;
  return entries;
}

// As a list in which nothing is left: whoever searches goes through its counter, and hits nothing.
async function noEntries({ threads }: Sources, known: KnownSet) {
  using builder = new ReleaseBuilder(thresholdsOf(known), indexOptions(known, threads), { threads });
  const entries = await builder.build();
  entries.revokedThrough = known.counter;
  entries.restoredThrough = known.restoredCounter ?? 0;
  return entries;
}

/**
 * Hides what was revoked in a set since these entries heard of it last; how many that were.
 *
 * @throws Problem PEER_UNAVAILABLE when hashlists does not know all that its event told.
 */
export async function readRevocations(
  hashlists: Hashlists,
  { setId, counter }: Pick<KnownSet, "setId" | "counter">,
  entries: ReleaseEntries,
  signal: AbortSignal,
): Promise<number> {
  const revoked = new Set<string>();
  const afterCounter = BigInt(entries.revokedThrough);
  let through = 0;
  const asked = { setId, afterCounter, together: true };
  for await (const { entryIds, throughCounter } of hashlists.streamRevocations(asked, { signal })) {
    for (const entryId of entryIds) revoked.add(entryId);
    through = Number(throughCounter);
  }
  if (through < counter) {
    throw new Problem("PEER_UNAVAILABLE", `Revocations came through ${through}; the set's event told ${counter}.`);
  }
  // What a change has just brought may be revoked, too.
  for (let edition = -1; edition !== entries.edition;) {
    // It may know of what was given back behind this answer.
    if (through < entries.revokedThrough) return 0;
    ({ edition } = entries);
    if (revoked.size === 0) continue;
    entries.hiddenThrough = Math.max(entries.hiddenThrough, through);
    await entries.hide(revoked);
  }
  entries.revokedThrough = through;
  return revoked.size;
}
