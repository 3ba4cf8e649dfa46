import type { DataOf, Event } from "@ntd/bus";
import { change } from "@ntd/store";
import type { Collections, KnownSet } from "../store.ts";

/** Notes a set's policy and its active release; each process loads the entries by itself. */
export function onRelease({ sets }: Pick<Collections, "sets">, loadSoon: () => void) {
  return async ({ version, data }: Event<DataOf<"release">>): Promise<void> => {
    const { setId, policy, activeReleaseId, entryCount, counter, activatedTime, check } = data;
    const { restoredCounter, retiredCounter } = data;
    await change(sets, setId, (known) => {
      if (known !== undefined && version <= known.version) return undefined;
      const counts = { entryCount: Number(entryCount), counter: Number(counter) };
      const active = { activeReleaseId, ...counts, ...(activatedTime && { activatedTime }), ...(check && { check }) };
      const since = {
        ...(restoredCounter !== undefined && { restoredCounter: Number(restoredCounter) }),
        ...(retiredCounter !== undefined && { retiredCounter: Number(retiredCounter) }),
      };
      const state: KnownSet = { schemaVersion: 1, setId, version, policy, ...active, ...since };
      return { state };
    });
    loadSoon();
  };
}
