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
  const tries = new WeakMap<ReleaseEntries, Try>();
  return startLoop("save snapshots", 2000, log, async (stop) => {
    const sets = index.sets.filter(({ setId }) => !isOwn(setId));
    await tryEach([sets], stop, async (set) => {
      const [before, now] = [tries.get(set.entries), clock.now().getTime()];
      if (before !== undefined && Math.abs(now - before.at) < before.restMs) {
        // It still is not kept.
        if (before.failure !== undefined) throw before.failure;
        return;
      }
      const began = performance.now();
      const failure = await failureOf(snapshots.save(set));
      const restMs = REST * (performance.now() - began);
      tries.set(set.entries, { at: now, restMs: failure ? restMs : Math.max(CHANGES_EVERY_MS, restMs), failure });
      if (failure !== undefined) throw failure;
    });
  });
}

interface Try {
  at: number;
  /** Until then it is not tried again. */
  restMs: number;
  failure: Error | undefined;
}

async function failureOf(work: Promise<void>): Promise<Error | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
