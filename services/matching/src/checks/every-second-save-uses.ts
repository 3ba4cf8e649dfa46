import { startLoop, type Clock, type Health, type Logger, type Loop } from "@ntd/service";
import { change, removeOlder } from "@ntd/store";
import type { Collections } from "../store.ts";
import type { Askers } from "./askers.ts";
import { nothing, together, useIdOf, type CheckUse } from "./check-use.ts";

interface SaveUses {
  askers: Askers;
  collections: Pick<Collections, "checkUses">;
  clock: Clock;
  health: Pick<Health, "degrade">;
  log: Logger;
}

const HOUR_MS = 3_600_000;

/**
 * Saves who asked how much, and says whether any of it raised an alarm; once an hour what is old is removed. What a killed
 * process had not saved, of a second, is not counted.
 */
export function startSavingUses(needed: SaveUses, keepMs: number): Loop {
  const { askers, collections, clock, health, log } = needed;
  let trimmedMs = 0;
  const loop = startLoop("save uses", 1000, log, async () => {
    health.degrade("checks:ALARM", askers.isAlarmed());
    await saveUses(needed);
    const nowMs = clock.now().getTime();
    if (Math.abs(nowMs - trimmedMs) < HOUR_MS) return;
    await removeOlder(collections.checkUses, "day", new Date(nowMs - keepMs));
    trimmedMs = nowMs;
  });
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await saveUses(needed).catch((error: unknown) => log.error({ error }, "who checked how much was not saved"));
    },
  };
}

async function saveUses({ askers, collections }: Pick<SaveUses, "askers" | "collections">): Promise<void> {
  for (const { person, day, counts, saved, back } of askers.unsaved()) {
    try {
      const now = await change(collections.checkUses, useIdOf(person, day), (before) => {
        const state: CheckUse = {
          schemaVersion: 1,
          person,
          day: new Date(day),
          ...together(before ?? nothing, counts),
        };
        return { state };
      });
      saved(now?.state.hashes ?? 0);
    } catch (error) {
      back();
      throw error;
    }
  }
}
