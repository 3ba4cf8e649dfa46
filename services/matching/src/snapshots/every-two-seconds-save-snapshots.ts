import { isOwn } from "../derived/own-set.ts";
import { startLoop, tryEach, type Clock, type Logger, type Loop } from "@ntd/service";
import type { ReleaseEntries } from "../entries/release-entries.ts";
import type { HashIndex } from "../search/hash-index.ts";
import type { Snapshots } from "./snapshots.ts";

/** A set is not written again for each change: those behind its snapshot are asked for at the next start. */
const CHANGES_EVERY_MS = 60_000;
/** And no more than a twentieth of the time goes to writing: ten million entries are written for many seconds. */
const REST = 20;

export interface SaveSnapshots {
  index: HashIndex;
  snapshots: Pick<Snapshots, "save">;
  clock: Clock;
  log: Logger;
}

/**
 * Keeps every set of hashlists as it is searched, so that a restart asks nobody: a release that was read whole soon, what
 * changes in it once a minute or, in a large set, less often.
 */
export function startSavingSnapshots({ index, snapshots, clock, log }: SaveSnapshots): Loop {
  const kept = new WeakMap<ReleaseEntries, { at: number; restMs: number }>();
  return startLoop("save snapshots", 2000, log, async (stop) => {
    const sets = index.sets.filter(({ setId }) => !isOwn(setId));
    await tryEach([sets], stop, async (set) => {
      const [before, now] = [kept.get(set.entries), clock.now().getTime()];
      if (before !== undefined && Math.abs(now - before.at) < before.restMs) return;
      const began = performance.now();
      await snapshots.save(set);
      const restMs = Math.max(CHANGES_EVERY_MS, REST * (performance.now() - began));
      kept.set(set.entries, { at: now, restMs });
    });
  });
}
