import type { Store } from "@ntd/store";
import type { GivenAnswer } from "./answers/give-due.ts";
import type { StoredRecord } from "./records/record.ts";

export type Collections = Awaited<ReturnType<typeof openCollections>>;

/** Opens both collections; their fields are what can be asked for. */
export async function openCollections(store: Store) {
  return {
    records: await store.collection<StoredRecord, "dueAt" | "receivedTime">({
      name: "records",
      fields: { dueAt: (record) => record.dueAt, receivedTime: (record) => record.receivedTime },
    }),
    answers: await store.collection<GivenAnswer, "place" | "of" | "actedTime">({
      name: "answers",
      fields: {
        place: (answer) => answer.place,
        of: (answer) => answer.of,
        actedTime: (answer) => answer.actedTime,
      },
    }),
  };
}
