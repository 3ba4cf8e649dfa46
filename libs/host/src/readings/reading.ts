import type { Collection, Store } from "@ntd/store";

/** That somebody opened something: never what was opened. */
export interface Reading {
  schemaVersion: 1;
  /** "{kind}/{name}". */
  reader: string;
  kind: ReadingKind;
  /** Whose: "cases/ID", "notices/ID", …; "" of a whole list. */
  resource: string;
  /** Of which case it is or for which it was opened; "" where that is not known. */
  caseId: string;
  readTime: Date;
}

/**
 * What was opened: an address and what stands beside it, what somebody said alone, what was decided, all that police get, the
 * same to carry away, or what police marked.
 */
export type ReadingKind = "address" | "words" | "decision" | "referral" | "export" | "marks";

type ReadingField = "reader" | "resource" | "caseId" | "readTime";

/** One document per opening. */
export type Readings = Collection<Reading, ReadingField>;

export function openReadings(store: Store): Promise<Readings> {
  return store.collection<Reading, ReadingField>({
    name: "readings",
    fields: {
      caseId: ({ caseId }) => caseId || undefined,
      resource: ({ resource }) => resource || undefined,
      reader: ({ reader }) => reader,
      readTime: ({ readTime }) => readTime,
    },
    indexes: [
      { fields: ["caseId", "readTime"] },
      { fields: ["resource", "readTime"] },
      { fields: ["reader", "readTime"] },
      { fields: ["caseId", "reader", "readTime"] },
      { fields: ["resource", "reader", "readTime"] },
    ],
  });
}
