import type { ChangesHeader, StreamChangesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { failpoint, Problem } from "@ntd/service";
import { thresholdsOf, type LoadedSet } from "./loaded-set.ts";
import { toBeFound } from "../entries/listed-entry.ts";
import { ReleaseChange } from "../entries/release-change.ts";
import { sameFloors } from "../entries/release-entries.ts";
import type { Hashlists } from "./set-entries.ts";
import { isSmall } from "../search/index-options.ts";
import type { KnownSet } from "../store.ts";
import { Turns } from "./turns.ts";

/** A larger share of what is there is not taken in beside it: the release is read whole in not much longer. */
const SHARE = 0.25;

/** What is new in a set, beside what is there, and the function that brings it in force. */
export interface Prepared extends AsyncDisposable {
  come: number;
  gone: number;
  restored: number;
  takeIn: () => void;
}

/** How much is taken in beside what is there, and how. */
export interface Limits {
  share?: number;
  /** Entries that are no segment of their own in an index. */
  few?: number;
}

/**
 * What leads from a set as it is loaded to what is known of it by now, ready to be taken in; undefined when the release is
 * to be read whole: since nobody knows, since it is much, or since what is loaded is not made for it. Nobody who searches
 * meanwhile waits for long.
 *
 * @throws Problem PEER_UNAVAILABLE when hashlists does not answer, or tells what is no entry.
 */
export async function changesTo(
  known: KnownSet,
  { counter, entries }: LoadedSet,
  hashlists: Pick<Hashlists, "streamChanges">,
  signal: AbortSignal,
  { share = SHARE, few }: Limits = {},
): Promise<Prepared | undefined> {
  const { setId, restoredCounter: restored = 0 } = known;
  const isRestored = restored > entries.restoredThrough;
  if (!isMadeFor(entries, known) || (isRestored && isHiddenBeyond({ counter, entries }))) return undefined;
  await using unused = new AsyncDisposableStack();
  const change = unused.use(new ReleaseChange(entries, few));
  const turns = new Turns();
  try {
    const stream = { setId, afterCounter: BigInt(counter), throughCounter: BigInt(known.counter) };
    for await (const told of hashlists.streamChanges(stream, { signal })) {
      if (told.header !== undefined && !leadsTo(known, told.header)) return undefined;
      await turns.work(() => take(change, told, isRestored, entries.floors));
      failpoint("matching.changes-read");
      if (change.weight > share * entries.size) return undefined;
    }
  } catch (failure) {
    const problem = Problem.from(failure);
    if (problem.handling === "retry") throw problem;
    return undefined;
  }
  const takeIn = await change.prepare({ size: known.entryCount, through: known.counter, restored });
  const { come, gone } = change;
  const kept = unused.move();
  return { come, gone: gone.size, restored, takeIn, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function take(
  change: ReleaseChange,
  { added, changed, removedEntryIds }: StreamChangesResponse,
  isRestored: boolean,
  floors: LoadedSet["entries"]["floors"],
): void {
  for (const id of removedEntryIds) change.gone.add(id);
  // What was given back may be there: it was read when nobody had told of it yet.
  for (const { entryId } of isRestored ? [...changed, ...added] : changed) change.gone.add(entryId);
  for (const entry of [...added, ...changed]) {
    const found = toBeFound(entry, floors);
    if (found !== undefined) change.add(found);
  }
}

/**
 * Whether more may be hidden in a set than what was revoked up to its counter: of that, what was given back since is not
 * told as added.
 */
export function isHiddenBeyond({ counter, entries }: Pick<LoadedSet, "counter" | "entries">): boolean {
  return entries.hiddenThrough > counter;
}

function leadsTo({ activeReleaseId, entryCount }: KnownSet, header: ChangesHeader): boolean {
  return !header.historyUnknown && header.releaseId === activeReleaseId && Number(header.entryCount) === entryCount;
}

function isMadeFor(entries: LoadedSet["entries"], known: KnownSet): boolean {
  const isCrowded = entries.unused > entries.searchable;
  return (
    sameFloors(entries.floors, thresholdsOf(known)) && isSmall(entries.size) === isSmall(known.entryCount) && !isCrowded
  );
}
