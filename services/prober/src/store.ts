import type { Collection, Store } from "@ntd/store";
import { queueOf } from "./targets/lane.ts";
import { isGoneBySilence } from "./targets/lift.ts";
import { questionOf } from "./targets/question.ts";
import type { Target } from "./targets/target-state.ts";

export interface Collections {
  /** One document per address; its id is the target's. */
  targets: Targets;
}

type Field = "queue" | "question" | "goneBySilence";

export type Targets = Collection<Target, Field>;

export async function openCollections(store: Store): Promise<Collections> {
  return {
    targets: await store.collection<Target, Field>({
      name: "targets",
      fields: {
        queue: queueOf,
        question: questionOf,
        goneBySilence: (target) => isGoneBySilence(target) || undefined,
      },
    }),
  };
}
