import { failpoint, startLoop, type Clock, type Health, type Logger, type Loop } from "@ntd/service";
import { changesTo, isHiddenBeyond } from "./entry-changes.ts";
import type { Freshness } from "./freshness.ts";
import type { HashIndex } from "../search/hash-index.ts";
import { LoadedSet, thresholdsOf } from "./loaded-set.ts";
import { sameFloors } from "../entries/release-entries.ts";
import { entriesOf, readRevocations, type Sources } from "./set-entries.ts";
import { readStandings } from "./read-standings.ts";
import { UnderWay } from "./under-way.ts";
import { allSets, isEmpty, isRetired, type Collections, type KnownSet } from "../store.ts";

export interface LoadSets {
  collections: Pick<Collections, "sets">;
  sources: Sources;
  index: HashIndex;
  freshness: Freshness;
  clock: Clock;
  health: Pick<Health, "degrade">;
  log: Logger;
  /** A set was swapped: rows may be behind now. */
  searchSoon: () => void;
}

/**
 * Keeps the index as the known sets are. Of a release that is new, what changed is taken in, or else it is read whole and
 * swapped in; both at once for those who search. Of one that is in force, only what was revoked is asked for. Each set by
 * itself: a revocation does not wait for another set's release.
 */
export function startLoadingSets(load: LoadSets): Loop {
  const { collections, index, freshness, clock, health, log, searchSoon } = load;
  const underWay = new UnderWay(log, () => loop.kick());
  const loop = startLoop("load sets", 1000, log, async (stop) => {
    // One that was created, and no more, has nothing that rows could be behind.
    const sets = (await allSets(collections)).filter((known) => !isEmpty(known) || known.counter > 0);
    for (const known of sets) {
      followTerms(index, known);
      const current = index.setOf(known.setId);
      if (current !== undefined && (mayBeRevoked(current, known) || freshness.isCheckDue(known.setId, clock.now()))) {
        underWay.begin(`revocations of ${known.setId}`, stop, () => revoke(load, known, current, stop));
      }
      if (!isInForce(current, known)) underWay.begin(`release of ${known.setId}`, stop, () => renew(load, known, stop));
    }
    health.degrade("hashlists:UNCHECKED", freshness.isUnchecked(clock.now()));
    // A machine may act on what two files can share: whoever runs this sees it all the time.
    const isWeak = sets.some((known) => known.policy?.weakEquality === "WEAK_EQUALITY_DECIDES" && !isRetired(known));
    health.degrade("sets:WEAK_EQUALITY_DECIDES", isWeak);
    // Nothing is looked up before all sets are there: "no hit" would be a guess.
    if (index.ready || !sets.every((known) => (index.setOf(known.setId)?.counter ?? 0) >= known.counter)) return;
    index.becomeReady();
    searchSoon();
  });
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await underWay[Symbol.asyncDispose]();
    },
  };
}

// What industry may ask holds at once, whatever else is being loaded: it may have been taken back.
function followTerms(index: HashIndex, { setId, check }: KnownSet): void {
  const current = index.setOf(setId);
  if (current === undefined || current.known.check === check) return;
  void index.put(new LoadedSet({ ...current.known, check }, current.entries));
}

async function renew(load: LoadSets, known: KnownSet, stop: AbortSignal): Promise<void> {
  const current = load.index.setOf(known.setId);
  const isChanged = current !== undefined && !isEmpty(known) && (await change(load, known, current, stop));
  if (!isChanged) await swap(load, known, stop);
}

// False when the release is to be read whole.
async function change(load: LoadSets, known: KnownSet, current: LoadedSet, stop: AbortSignal): Promise<boolean> {
  const { sources, index, freshness, clock, log, searchSoon } = load;
  await using changes = await changesTo(known, current, sources.hashlists, stop);
  if (changes === undefined) return false;
  // What is ahead of the set is seen sooner, and searched again when the set has come as far.
  await readStandings(sources.hashlists, known, current.entries.standings, stop);
  if (await isOvertaken(load, known)) return true;
  // Something was hidden meanwhile that may have been given back since, as the changes count from before it.
  if (changes.restored > current.entries.restoredThrough && isHiddenBeyond(current)) return false;
  failpoint("matching.swapping");
  changes.takeIn();
  void index.put(new LoadedSet(known, current.entries));
  failpoint("matching.swapped");
  freshness.loaded(known.setId, clock.now());
  freshness.checked(known.setId, clock.now());
  const { come, gone } = changes;
  log.info({ set: known.setId, counter: known.counter, come, gone }, "what a release changes was taken in");
  searchSoon();
  return true;
}

async function swap(load: LoadSets, known: KnownSet, stop: AbortSignal): Promise<void> {
  const { sources, index, freshness, clock, log, searchSoon } = load;
  const { entries, asked } = await entriesOf(known, sources, index.ready, stop);
  await using unused = new AsyncDisposableStack();
  unused.use(entries);
  if (await isOvertaken(load, known)) return;
  unused.move();
  freshness.loaded(known.setId, clock.now());
  if (asked) freshness.checked(known.setId, clock.now());
  failpoint("matching.swapping");
  const earlierLetGo = index.put(new LoadedSet(known, entries));
  failpoint("matching.swapped");
  log.info({ set: known.setId, counter: known.counter, entries: known.entryCount }, "a release was loaded");
  searchSoon();
  await earlierLetGo;
}

async function revoke(load: LoadSets, known: KnownSet, current: LoadedSet, stop: AbortSignal): Promise<void> {
  const { sources, index, freshness, clock, log, searchSoon } = load;
  freshness.asked(known.setId, clock.now());
  const entries = await readRevocations(sources.hashlists, known, current.entries, stop);
  const restated = await readStandings(sources.hashlists, known, current.entries.standings, stop);
  freshness.checked(known.setId, clock.now());
  const { setId: set, counter } = known;
  if (entries > 0) log.info({ set, counter, entries }, "revocations were applied");
  if (restated > 0) log.info({ set, counter, entries: restated }, "what members say was taken in");
  // Of an earlier release that is still in force here they count as well, but the set is not through its counter.
  if (index.setOf(known.setId) !== current || !isInForce(current, known) || current.counter >= known.counter) return;
  await index.put(new LoadedSet(known, current.entries));
  searchSoon();
}

// Reading takes minutes: the release may have been taken back meanwhile, and the one before be in force again.
async function isOvertaken({ collections, index }: LoadSets, { setId, activeReleaseId, counter }: KnownSet) {
  const now = await collections.sets.load(setId);
  return now?.state.activeReleaseId !== activeReleaseId || (index.setOf(setId)?.counter ?? 0) > counter;
}

function isInForce(current: LoadedSet | undefined, known: KnownSet): boolean {
  if (current?.releaseId !== known.activeReleaseId) return false;
  if (current.entries.restoredThrough < (known.restoredCounter ?? 0)) return false;
  return sameFloors(current.entries.floors, thresholdsOf(known));
}

function mayBeRevoked(current: LoadedSet, known: KnownSet): boolean {
  return (
    current.entries.revokedThrough < known.counter || (isInForce(current, known) && current.counter < known.counter)
  );
}
