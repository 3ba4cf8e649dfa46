import { beyondCall, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { At } from "../entries/bucket-changes.ts";
import { kindsAmong, kindsOf } from "../chunks/chunk-kinds.ts";
import { votesOf } from "../chunks/entry-chunk.ts";
import { idKeys } from "../entries/entry-id.ts";
import type { PackedIds } from "../entries/packed-ids.ts";
import { differences, type Releases } from "../entries/store-changes.ts";
import { loadRelease } from "../releases/load-release.ts";
import { comparedWith, layersIn, tombstonesIn, type ReleaseState, type Tombstones } from "../releases/release.ts";
import { frozenIds } from "../revocations/store-revocations.ts";
import { Drawing } from "../impact/drawing.ts";
import { releaseImpact } from "../impact/release-impact.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSet } from "../sets/load-set.ts";
import { Counting, type Comparison } from "./comparison.ts";
import { within } from "./within.ts";

export type Needed = Pick<
  Deps,
  | "releases"
  | "entries"
  | "revoked"
  | "revokedIn"
  | "clock"
  | "comparing"
  | "keptAsks"
  | "casework"
  | "matching"
  | "log"
>;

/** A call lasts half a minute at most: whoever waits for a comparison is told by then, and asks again. */
export const WAIT_MS = 20_000;

/** A comparison on its way: what is other, and then also what stands on that and what it would meet. */
export interface Making {
  base: Promise<Comparison>;
  whole: Promise<Comparison>;
}

/**
 * The comparison of a release with what is in force, kept in it. It is made once for as many as ask for it.
 *
 * @throws Problem WRONG_STATE when the release has no entries.
 */
async function compared(needed: Needed, release: ReleaseState, set: HashSetState): Promise<Comparison> {
  return comparisonIn(release, set) ?? (await making(needed, release, set).base);
}

/**
 * The same for who decides by it, and may decide again.
 *
 * @throws Problem TIMED_OUT while it is still being made: it goes on, and who asks again finds it.
 */
export async function comparedInTime(
  needed: Needed,
  release: ReleaseState,
  set: HashSetState,
  waitMs = WAIT_MS,
): Promise<Comparison> {
  const made = await within(waitMs, compared(needed, release, set));
  if (made === undefined) throw new Problem("TIMED_OUT", STILL);
  return made;
}

const STILL =
  "This release is still being compared with what is in force, which goes on. Repeat the call in half a minute, with the same request_id.";

/** What comes into force, or is given back, so often while a release is compared is no accident. */
const MOST_TIMES = 10;

/** A comparison, and the set as it is behind it. */
interface Beside {
  comparison: Comparison;
  set: HashSetState;
}

/**
 * The comparison with what is in force behind it, and the set as that is: what came into force while the lists were read,
 * or was given back, is what the release is held against.
 *
 * @throws Problem TIMED_OUT as above, for all the times together.
 * @throws Problem VERSION_CONFLICT where that is something else again and again.
 */
export async function comparedBehind(
  needed: Needed & Pick<Deps, "sets">,
  release: ReleaseState,
  before: HashSetState,
  waitMs = WAIT_MS,
): Promise<Beside> {
  const until = performance.now() + waitMs;
  let set = before;
  for (let time = 0; time < MOST_TIMES; time++) {
    const comparison = await comparedInTime(needed, release, set, Math.max(0, until - performance.now()));
    set = (await loadSet(needed, release.setId)).state;
    if (comparisonIn({ comparison }, set) !== undefined) return { comparison, set };
  }
  throw new Problem("VERSION_CONFLICT");
}

/** What is known of a release beside what is in force; what was given back since is in neither of an older one. */
export function comparisonIn(
  { comparison }: Pick<ReleaseState, "comparison">,
  { active, restoredCounter }: HashSetState,
): Comparison | undefined {
  const isSame = comparison?.activeReleaseId === (active?.releaseId ?? "");
  return isSame && comparison?.restoredCounter === restoredCounter ? comparison : undefined;
}

/** Begins a comparison, or joins one that is being made; it goes on when nobody waits for it any more. */
export function making(needed: Needed, release: ReleaseState, set: HashSetState): Making {
  const key = `${release.releaseId} ${set.active?.releaseId ?? ""} ${set.restoredCounter ?? 0}`;
  const { comparing } = needed;
  const begun = comparing.get(key);
  if (begun !== undefined) return begun;
  const made = beyondCall(() => begin(needed, release, set));
  comparing.set(key, made);
  // Whoever waits hears of a failure; where nobody does it is made anew when it is asked for.
  void made.whole.catch(() => undefined).finally(() => comparing.delete(key));
  return made;
}

function begin(needed: Needed, release: ReleaseState, set: HashSetState): Making {
  const known = comparisonIn(release, set);
  // What is to be asked is known, or is drawn as the lists are read.
  const isKnown = known && needed.keptAsks.of(keyOfAsks(layersIn(release), known)) !== undefined;
  const base = isKnown ? Promise.resolve(known) : compare(needed, release, set);
  return { base, whole: base.then((comparison) => withImpact(needed, release, comparison)) };
}

// Its newest layer is of this release alone.
function keyOfAsks(layers: readonly string[] | undefined, { time }: Comparison): string {
  return `${layers?.at(-1)} ${time.getTime()}`;
}

async function withImpact(needed: Needed, release: ReleaseState, comparison: Comparison): Promise<Comparison> {
  const asks = needed.keptAsks.of(keyOfAsks(layersIn(release), comparison));
  if (!asksAnybody(needed) || asks === undefined) return comparison;
  const impact = await releaseImpact(needed, { setId: release.setId, asks, tombstones: tombstonesIn(release) });
  const whole = { ...comparison, ...impact, impactAskedTime: needed.clock.now() };
  await change(needed.releases, release.releaseId, (now) => {
    const isSame = now?.comparison?.time.getTime() === comparison.time.getTime();
    return isSame ? { state: comparedWith(now, whole) } : undefined;
  });
  return whole;
}

function asksAnybody({ casework, matching }: Pick<Needed, "casework" | "matching">): boolean {
  return casework !== undefined || matching !== undefined;
}

async function compare(needed: Needed, release: ReleaseState, set: HashSetState): Promise<Comparison> {
  const newer = layersIn(release);
  if (newer === undefined) throw new Problem("WRONG_STATE", `A release that is ${release.stage.name} has no entries.`);
  const comparison = await comparisonWith(needed, { layers: newer, tombstones: tombstonesIn(release) }, set);
  await change(needed.releases, release.releaseId, (now) => now && { state: comparedWith(now, comparison) });
  return comparison;
}

/** What a release would change in what is in force; what others are to be asked of it is kept. */
export async function comparisonWith(
  needed: Omit<Needed, "comparing">,
  newer: { layers: readonly string[]; tombstones: readonly Tombstones[] },
  set: HashSetState,
): Promise<Comparison> {
  const drawing = new Drawing(newer.layers.at(-1) ?? "", asksAnybody(needed) ? undefined : 0);
  const { releaseId: activeReleaseId = "", entryCount: activeEntryCount = 0 } = set.active ?? {};
  const older = activeReleaseId === "" ? undefined : layersIn((await loadRelease(needed, activeReleaseId)).state);
  // Neither list has what was taken back, whatever it says.
  const revoked = await needed.revokedIn(set);
  const { minVotes } = set.policy;
  const counting = await count(needed, { older, newer: newer.layers }, revoked, { drawing, minVotes });
  const counted = counting.end({ activeReleaseId, activeEntryCount }, needed.clock.now());
  const takenBack = await freshTombstones(needed, newer.tombstones, revoked);
  const { restoredCounter } = set;
  const since = restoredCounter === undefined ? {} : { restoredCounter };
  const comparison = { ...counted, ...since, ...(takenBack > 0 && { takenBack }), drawn: drawing.shown() };
  if (asksAnybody(needed)) needed.keptAsks.keep(keyOfAsks(newer.layers, comparison), drawing.asks());
  return comparison;
}

// A list that says again what it took back long ago takes back nothing.
async function freshTombstones(
  collections: Pick<Needed, "revoked">,
  tombstones: readonly Tombstones[],
  revoked: Pick<PackedIds, "keysIn">,
): Promise<number> {
  const fresh = new Set<string>();
  for (const { part } of tombstones) {
    for (const key of idKeys(await frozenIds(collections, part))) fresh.add(key);
  }
  const buckets = new Set(Array.from(fresh, (key) => key.charCodeAt(0)));
  for (const bucket of buckets) for (const key of revoked.keysIn(bucket)) fresh.delete(key);
  return fresh.size;
}

/**
 * Counts where two releases differ, and draws some of it; what was revoked is in neither.
 *
 * @param minVotes by so many machines decide.
 */
export async function count(
  collections: Pick<Needed, "entries">,
  releases: Releases,
  revoked: Pick<PackedIds, "keysIn">,
  { drawing, minVotes = 0 }: { drawing?: Drawing; minVotes?: number } = {},
): Promise<Counting> {
  const counting = new Counting();
  for await (const difference of differences(collections, releases, revoked)) {
    if ("removed" in difference) {
      for (const [, at] of difference.removed) {
        counting.removed(kindsOf(at.chunk)(at.i));
        drawing?.removed(at);
      }
      continue;
    }
    const { chunk, added, changed } = difference;
    for (const { kind, count: some } of kindsAmong(chunk, added)) counting.added(kind, some);
    drawing?.added(chunk, added);
    const kind = kindsOf(chunk);
    for (const [nth, i] of changed.entries()) {
      const before = difference.before[nth];
      counting.changed(kind(i), before === undefined ? kind(i) : kindsOf(before.chunk)(before.i));
      if (before !== undefined && hasVotes({ chunk, i }, minVotes) !== hasVotes(before, minVotes)) counting.revoted();
      drawing?.changed({ chunk, i }, before);
    }
  }
  return counting;
}

function hasVotes({ chunk, i }: At, minVotes: number): boolean {
  return votesOf(chunk).getUint32(i * 4, true) >= minVotes;
}
