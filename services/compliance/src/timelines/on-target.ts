import type { DataOf, Event } from "@ntd/bus";
import { targetView } from "./facts.ts";
import { refreshFromTarget } from "./refresh-timelines.ts";
import { targetViewId, type Collections } from "../store.ts";
import { write } from "./write.ts";

/** Keeps what the prober last said of a target in each episode. */
export function onTarget(collections: Collections) {
  return async ({ data, version }: Event<DataOf<"target">>): Promise<void> => {
    const id = targetViewId(data.targetId, data.episode);
    const view = await write(collections.targets, id, (known) =>
      known !== undefined && known.version > version ? known : targetView(data, version),
    );
    if (view !== undefined) await refreshFromTarget(collections, id, view);
  };
}
