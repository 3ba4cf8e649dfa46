import { isOwn } from "../derived/own-set.ts";
import { startLoop, tryEach, type Clock, type Logger, type Loop } from "@ntd/service";
import type { HashIndex } from "../search/hash-index.ts";
import type { Snapshots } from "./snapshots.ts";

/** A large set is not written again for each revocation: those behind its snapshot are asked for at the next start. */
const REVOCATIONS_EVERY_MS = 60_000;

export interface SaveSnapshots {
  index: HashIndex;
  snapshots: Snapshots;
  clock: Clock;
  log: Logger;
}

/** Keeps every set of hashlists as it is searched, so that a restart asks nobody: a release soon, revocations once a minute. */
export function startSavingSnapshots({ index, snapshots, clock, log }: SaveSnapshots): Loop {
  const kept = new Map<string, { releaseId: string; at: number }>();
  return startLoop("save snapshots", 2000, log, async (stop) => {
    const sets = index.sets.filter(({ setId }) => !isOwn(setId));
    await tryEach([sets], stop, async (set) => {
      const [before, now] = [kept.get(set.setId), clock.now().getTime()];
      if (before?.releaseId === set.releaseId && Math.abs(now - before.at) < REVOCATIONS_EVERY_MS) return;
      await snapshots.save(set);
      kept.set(set.setId, { releaseId: set.releaseId, at: now });
    });
  });
}
