import type { Collection, Store } from "@ntd/store";
import { queueOf } from "./targets/lane.ts";
import { questionOf } from "./targets/question.ts";
import type { Target } from "./targets/target-state.ts";

export interface Collections {
  /** One document per address; its id is the target's. */
  targets: Targets;
}

export type Targets = Collection<Target, "queue" | "question">;

export async function openCollections(store: Store): Promise<Collections> {
  return {
    targets: await store.collection<Target, "queue" | "question">({
      name: "targets",
      fields: { queue: queueOf, question: questionOf },
    }),
  };
}
