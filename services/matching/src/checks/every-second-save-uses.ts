import { startLoop, type Clock, type Health, type Logger, type Loop } from "@ntd/service";
import { change, removeOlder } from "@ntd/store";
import type { Collections } from "../store.ts";
import type { Askers } from "./askers.ts";
import { hold, neverHeld } from "./check-hold.ts";

interface SaveUses {
  askers: Askers;
  collections: Pick<Collections, "checkUses" | "checkHolds">;
  clock: Clock;
  health: Pick<Health, "degrade">;
  log: Logger;
}

const HOUR_MS = 3_600_000;

/**
 * Saves who asked how much and who is held, reads what other processes saved, and says whether any of it raised an alarm;
 * once an hour what is old is removed. What a killed process had not saved, of a second, is not counted.
 */
export function startSavingUses(needed: SaveUses, keepMs: number): Loop {
  const { askers, collections, clock, health, log } = needed;
  let trimmedMs = 0;
  const loop = startLoop("save uses", 1000, log, async () => {
    const { isAlarmed, isHeld } = askers.state;
    health.degrade("checks:ALARM", isAlarmed);
    health.degrade("checks:HELD", isHeld);
    await saveUses(needed);
    await saveHolds(needed);
    const nowMs = clock.now().getTime();
    if (Math.abs(nowMs - trimmedMs) < HOUR_MS) return;
    await removeOlder(collections.checkUses, "day", new Date(nowMs - keepMs));
    trimmedMs = nowMs;
  });
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      const unsaved = (error: unknown) => log.error({ error }, "who checked how much was not saved");
      await saveUses(needed).catch(unsaved);
      await saveHolds(needed).catch(unsaved);
    },
  };
}

async function saveUses({ askers, collections: { checkUses } }: Pick<SaveUses, "askers" | "collections">) {
  for (const { id, save, saved, back } of askers.unsaved()) {
    try {
      const now =
        save === undefined ? await checkUses.load(id) : await change(checkUses, id, (use) => ({ state: save(use) }));
      saved(now?.state);
    } catch (error) {
      back();
      throw error;
    }
  }
}

/** Who is held at one process is at all of them a second later, and who is let go on is let go on. */
async function saveHolds({ askers, collections: { checkHolds } }: Pick<SaveUses, "askers" | "collections">) {
  for (const asker of askers.asking) {
    const { person, newlyHeld } = asker;
    const document =
      newlyHeld === undefined
        ? await checkHolds.load(person)
        : await change(checkHolds, person, (before = neverHeld(person)) => {
            const state = hold(before, newlyHeld);
            return state && { state };
          });
    askers.tellHold(asker, document?.state);
  }
}
