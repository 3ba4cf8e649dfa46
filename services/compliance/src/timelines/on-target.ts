import type { DataOf, Event } from "@ntd/bus";
import { change } from "@ntd/store";
import { targetFacts } from "./facts.ts";
import { refreshTimelines } from "./refresh-timelines.ts";
import { targetViewId, type Records } from "../store.ts";

/** Keeps what the prober last said of a target in each episode. */
export function onTarget(records: Records) {
  return async ({ data, version }: Event<DataOf<"target">>): Promise<void> => {
    const id = targetViewId(data.targetId, data.episode);
    await change(records.targets, id, (view) =>
      view !== undefined && view.version > version ? undefined : { state: targetFacts(data, version) },
    );
    await refreshTimelines(records, { targetView: id });
  };
}
