import type { Collection, Store } from "@ntd/store";
import type { Target } from "./targets/target-state.ts";

export type Targets = Collection<Target, "dueAt">;

/** One document per address; its id is the target's. */
export function openTargets(store: Store): Promise<Targets> {
  return store.collection<Target, "dueAt">({ name: "targets", fields: { dueAt: (target) => target.work.dueAt } });
}
