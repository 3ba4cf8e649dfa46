export { change, type Change } from "./change.ts";
export { openStore } from "./open.ts";
export type {
  Collection,
  CollectionSpec,
  Condition,
  Cursor,
  Document,
  FieldValue,
  Outbox,
  OutboxEvent,
  Query,
  Store,
  StoredEvent,
} from "./port.ts";
