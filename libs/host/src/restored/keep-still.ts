import type { Check, Clock, Health } from "@ntd/service";
import type { Collection, Store } from "@ntd/store";
import { stands, type Restored } from "./restored.ts";

/** One document: what a restore wrote into the store that it brought back. */
export type RestoredMark = Collection<Restored>;

/** Of the one document. */
export const RESTORED_ID = "restored";

/** Beside the collections of a service that sends or asks of its own accord. */
export function openRestored(store: Store): Promise<RestoredMark> {
  return store.collection<Restored>({ name: "restored", fields: {} });
}

/** Whether a service is to keep still now. */
export async function isStill({ restored }: { restored: Pick<RestoredMark, "load"> }): Promise<boolean> {
  return stands((await restored.load(RESTORED_ID))?.state);
}

/** The last restore, lifted or not; undefined where nothing was brought back. What was known before it may not be known. */
export async function lastRestore({
  restored,
}: {
  restored: Pick<RestoredMark, "load">;
}): Promise<Pick<Restored, "backupTime" | "restoredTime"> | undefined> {
  return (await restored.load(RESTORED_ID))?.state;
}

/**
 * Writes into a store that was brought back that it was. A second restore from the same or another backup stands anew.
 *
 * @param difference SHA-256 of what was printed, in hex.
 */
export async function markRestored(
  restored: RestoredMark,
  { backupTime, difference, clock }: { backupTime: Date; difference: string; clock: Clock },
): Promise<void> {
  await restored.remove(RESTORED_ID);
  const state = {
    schemaVersion: 1,
    backupTime,
    restoredTime: clock.now(),
    difference,
    liftedBy: [],
    requests: [],
  } as const;
  await restored.insert(RESTORED_ID, state);
}

/** Health: while it keeps still, a service serves and says so. */
export function stillCheck(restored: RestoredMark, health: Pick<Health, "degrade">): Check {
  return {
    name: "restored",
    async run() {
      health.degrade("RESTORED", await isStill({ restored }));
    },
  };
}
