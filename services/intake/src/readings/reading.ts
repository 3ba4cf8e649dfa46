import type { Collection, Store } from "@ntd/store";

/** That somebody read what a reporter said: never what it was. */
export interface Reading {
  schemaVersion: 1;
  /** "{kind}/{name}". */
  reader: string;
  reportId: string;
  /** For which case. */
  caseId: string;
  readTime: Date;
}

/** They are kept, and forgotten in time: nobody asks for them by anything else yet. */
export function openReadings(store: Store): Promise<Collection<Reading, "readTime">> {
  return store.collection<Reading, "readTime">({
    name: "readings",
    fields: { readTime: ({ readTime }) => readTime },
  });
}
