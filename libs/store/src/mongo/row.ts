import type { ColumnValue, FieldValue, StoredEvent } from "../port.ts";

/** A document as MongoDB holds it. */
export interface Row<S> {
  _id: string;
  version: number;
  state: S;
  fields: Record<string, FieldValue | readonly FieldValue[] | undefined>;
  columns?: Record<string, ColumnValue | undefined>;
  lastEvent?: StoredEvent;
  outbox?: StoredEvent[];
}
