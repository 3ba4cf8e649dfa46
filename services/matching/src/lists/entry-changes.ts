import type { ChangesHeader } from "@ntd/proto/hashlists/v1/hash_list_service";
import { failpoint, Problem } from "@ntd/service";
import { thresholdsOf, type LoadedSet } from "./loaded-set.ts";
import { toBeFound, type ToBeFound } from "../entries/listed-entry.ts";
import { requireId } from "../entries/packed-id.ts";
import { sameFloors, type EntryChanges } from "../entries/release-entries.ts";
import type { Hashlists } from "./set-entries.ts";
import { isSmall } from "../search/index-options.ts";
import type { KnownSet } from "../store.ts";

/** More than this are not taken in at once: nobody searches meanwhile. They take about 40 ms. */
const MOST = 10_000;
/** And not more than this share of what is there: the rest is soon read. */
const SHARE = 0.1;

/**
 * What leads from a set as it is loaded to what is known of it by now; undefined when the release is to be read whole: since
 * nobody knows, since it is much, or since what is loaded is not made for it.
 *
 * @throws Problem PEER_UNAVAILABLE when hashlists does not answer, or tells what is no entry.
 */
export async function changesTo(
  known: KnownSet,
  { counter, entries }: LoadedSet,
  hashlists: Pick<Hashlists, "streamChanges">,
  signal: AbortSignal,
): Promise<EntryChanges | undefined> {
  const { setId } = known;
  const most = Math.min(MOST, SHARE * entries.size);
  const { restoredCounter: restored = 0 } = known;
  const isRestored = restored > entries.restoredThrough;
  if (!isMadeFor(entries, known) || (isRestored && isHiddenBeyond({ counter, entries }))) return undefined;
  const [gone, come]: [Set<string>, ToBeFound[]] = [new Set(), []];
  let frames = 0;
  try {
    const stream = { setId, afterCounter: BigInt(counter), throughCounter: BigInt(known.counter) };
    for await (const { header, added, changed, removedEntryIds } of hashlists.streamChanges(stream, { signal })) {
      if (header !== undefined && !leadsTo(known, header)) return undefined;
      // What was given back may be there: it was read when nobody had told of it yet.
      const anew = isRestored ? [...changed, ...added] : changed;
      for (const id of [...removedEntryIds, ...anew.map(({ entryId }) => entryId)]) gone.add(id);
      for (const entry of [...added, ...changed]) {
        requireId(entry.entryId);
        const found = toBeFound(entry, entries.floors);
        if (found === undefined) continue;
        come.push(found);
        // A film is taken in by its frames.
        if (found.algorithm === "ALGORITHM_VPDQ") frames += found.listed.detail;
      }
      if (gone.size + come.length + frames > most) return undefined;
      failpoint("matching.changes-read");
    }
  } catch (failure) {
    const problem = Problem.from(failure);
    if (problem.handling === "retry") throw problem;
    return undefined;
  }
  return { gone, come, size: known.entryCount, through: known.counter, restored };
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
