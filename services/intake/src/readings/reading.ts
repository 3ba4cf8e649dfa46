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

export type ReadingField = "reader" | "caseId" | "reportId" | "readTime";

export function openReadings(store: Store): Promise<Collection<Reading, ReadingField>> {
  return store.collection<Reading, ReadingField>({
    name: "readings",
    fields: {
      reader: ({ reader }) => reader,
      caseId: ({ caseId }) => caseId,
      reportId: ({ reportId }) => reportId,
      readTime: ({ readTime }) => readTime,
    },
  });
}
