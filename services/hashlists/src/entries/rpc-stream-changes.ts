import type { StreamChangesRequest, StreamChangesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { Problem } from "@ntd/service";
import { idBytes, idTexts, keyText } from "./entry-id.ts";
import { entriesIn } from "./find-entries.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { inForceAt, type InForce } from "../sets/in-force.ts";
import { layersOf } from "../releases/release.ts";
import { loadRelease } from "../releases/load-release.ts";
import { isWhole, requireWholeInForce } from "../releases/whole.ts";
import { loadSet } from "../sets/load-set.ts";
import { changesBetween } from "./store-changes.ts";
import { restoredIn, revokedIn } from "../revoked/revoked-in.ts";
import { stepsIn } from "../revoked/steps-in-effect.ts";
import { restatedBehind } from "../standings/restated.ts";
import type { Deps } from "../deps.ts";

type Needed = Pick<
  Deps,
  | "sets"
  | "releases"
  | "entries"
  | "prints"
  | "revocations"
  | "revoked"
  | "packedSteps"
  | "revokedIn"
  | "opinions"
  | "findLostSoon"
>;

const NOTHING = { header: undefined, added: [], changed: [], removedEntryIds: [], restated: [] };

/** What lies between a set as it was at one counter and as it was at a later one. */
export function streamChanges(collections: Needed) {
  return async function* stream(request: StreamChangesRequest): AsyncGenerator<StreamChangesResponse> {
    const { state: set } = await loadSet(collections, request.setId);
    const after = Number(request.afterCounter);
    const through = Number(request.throughCounter) || set.counter;
    if (after > through || through > set.counter) {
      throw new Problem("WRONG_STATE", `The set's counter is ${set.counter}; asked for ${after} to ${through}.`);
    }
    const now = inForceAt(set, through);
    const before = now && (inForceAt(set, after) ?? (await sameBefore(collections, set, now, after, through)));
    const was = before && now && (await canBeHeldAgainst(collections, before, now)) ? before : undefined;
    const restored = await restoredIn(collections, set, after, through);
    yield { ...NOTHING, header: headerOf(was, now, through, restored.size > 0) };
    if (was === undefined || now === undefined || isRetiredBetween(was, now)) return;
    // Also what an earlier release dropped before: whoever had hit it hears why. So do those of a set that is retired.
    if (was.releaseId !== "" || set.retired !== undefined) yield* revokedSince(collections, set, after, through);
    if (now.releaseId === "") return;
    const foundAgain = await foundAgainOf(collections, set, [...restored.keys()].map(keyText), after, through);
    if (was.releaseId !== now.releaseId) yield* otherRelease(collections, set, { was, now, through, foundAgain });
    else yield* again(collections, now, foundAgain);
    if (was.releaseId !== "") yield* restated(collections, set, now.releaseId, after);
  };
}

function isRetiredBetween(was: InForce, now: InForce): boolean {
  return was.releaseId !== "" && now.releaseId === "";
}

// Of a release that is not there, or not all of it, nobody can tell what another one changes.
async function canBeHeldAgainst({ releases, ...collections }: Needed, was: InForce, now: InForce): Promise<boolean> {
  if (was.releaseId === now.releaseId || now.releaseId === "") return true;
  await requireWholeInForce(collections, (await loadRelease({ releases }, now.releaseId)).state);
  if (was.releaseId === "") return true;
  const before = await releases.load(was.releaseId);
  return before !== undefined && (await isWhole(collections, before.state));
}

function headerOf(was: InForce | undefined, now: InForce | undefined, through: number, isRestored: boolean) {
  const { releaseId = "", entryCount = 0, policy } = now ?? {};
  // All that was in force is gone: whoever reads the release, which is none, knows.
  const historyUnknown = was === undefined || now === undefined || isRetiredBetween(was, now);
  const policyChanged = !historyUnknown && !samePolicy(was.policy, now.policy);
  const counts = { throughCounter: BigInt(through), entryCount: BigInt(entryCount) };
  const othersInBetween = was?.counter !== now?.counter || isRestored;
  return { historyUnknown, releaseId, policy, policyChanged, othersInBetween, ...counts };
}

// A set of version 0.2 kept no history; but if entries were revoked or restored at each counter since, it is the same release.
async function sameBefore(collections: Needed, set: HashSetState, now: InForce, after: number, through: number) {
  const counters = new Set<number>();
  for await (const { counter } of stepsIn(collections, set, after, through)) counters.add(counter);
  return counters.size === through - after ? now : undefined;
}

async function* revokedSince(collections: Needed, set: HashSetState, after: number, through: number) {
  for await (const some of revokedIn(collections, set, after, through)) {
    const ids = Buffer.concat(some.map((one) => one.ids));
    if (ids.length > 0) yield { ...NOTHING, removedEntryIds: idTexts(ids) };
  }
}

// What could not be found at the one counter since it was revoked, and is not revoked at the other.
async function foundAgainOf(
  collections: Needed,
  set: HashSetState,
  restored: readonly string[],
  after: number,
  through: number,
): Promise<Set<string>> {
  if (restored.length === 0) return new Set();
  const then = (await collections.revokedIn(set, after)).among(restored);
  const now = (await collections.revokedIn(set, through)).among(then);
  return new Set([...then].filter((id) => !now.has(id)));
}

async function* again(collections: Needed, { releaseId }: InForce, foundAgain: ReadonlySet<string>) {
  if (foundAgain.size === 0) return;
  const layers = await approvedLayersOf(collections, releaseId);
  for await (const added of entriesIn(collections, layers, foundAgain)) yield { ...NOTHING, added };
}

async function* otherRelease(
  collections: Needed,
  set: HashSetState,
  { was, now, through, foundAgain }: { was: InForce; now: InForce; through: number; foundAgain: ReadonlySet<string> },
) {
  // What can be found again is told by itself: it need not stand in a layer that differs.
  const revoked = (await collections.revokedIn(set, through)).copy();
  revoked.add(idBytes([...foundAgain]), through);
  const older = was.releaseId === "" ? undefined : await approvedLayersOf(collections, was.releaseId);
  const releases = { older, newer: await approvedLayersOf(collections, now.releaseId) };
  for await (const changes of changesBetween(collections, releases, revoked)) yield { ...NOTHING, ...changes };
  yield* again(collections, now, foundAgain);
}

async function* restated(collections: Needed, set: HashSetState, releaseId: string, after: number) {
  const layers = await approvedLayersOf(collections, releaseId);
  for await (const some of restatedBehind(collections, set, after, layers)) yield { ...NOTHING, restated: some };
}

async function approvedLayersOf(collections: Needed, releaseId: string): Promise<string[]> {
  const { state } = await loadRelease(collections, releaseId);
  if (state.stage.name !== "approved") throw new Problem("WRONG_STATE", "The release is not approved.");
  return layersOf(state.stage);
}

function samePolicy(some: SetPolicy, other: SetPolicy): boolean {
  return Buffer.from(SetPolicy.encode(some).finish()).equals(SetPolicy.encode(other).finish());
}
