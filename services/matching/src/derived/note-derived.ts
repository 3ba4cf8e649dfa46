import type { DataOf, Event } from "@ntd/bus";
import { failpoint, type Clock } from "@ntd/service";
import { change } from "@ntd/store";
import type { Collections } from "../store.ts";
import { takeDerived, withCounter } from "./derived.ts";
import { raiseOwnSet } from "./own-set.ts";

/**
 * Notes what a target tells of its pictures that were decided illegal, and has it come in force. A document has no counter
 * between the two: until it has one it counts as what is new, whatever the set's counter is. Cut short, it is finished by
 * whoever hears the same again.
 */
export function noteDerived(collections: Pick<Collections, "derived" | "sets">, loadSoon: () => void, clock: Clock) {
  const { derived } = collections;
  return async ({ version, data }: Event<DataOf<"target">>): Promise<void> => {
    const { targetId, derived: told } = data;
    const noted = await change(derived, targetId, (known) => {
      const state = takeDerived(known, { targetId, version, told });
      return state && { state };
    });
    if (noted === undefined || noted.state.counter !== undefined) return;
    failpoint("matching.derived");
    const counter = await raiseOwnSet(collections, clock);
    // Refused, something newer was noted, and its counter is raised behind that.
    await derived.save(noted, withCounter(noted.state, counter));
    loadSoon();
  };
}
