export { change, type Change } from "./change.ts";
export { openStore } from "./open.ts";
export { many } from "./port.ts";
export { removeOlder } from "./remove-older.ts";
export type {
  BytesColumn,
  Collection,
  CollectionSpec,
  ColumnKind,
  ColumnValue,
  Condition,
  Count,
  Cursor,
  Document,
  FieldValue,
  Index,
  Many,
  Outbox,
  OutboxEvent,
  Projection,
  Query,
  Snapshot,
  Store,
  StoredEvent,
  StoreSize,
  Where,
} from "./port.ts";
