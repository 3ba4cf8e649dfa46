import type { HotlineRecord } from "@ntd/proto/hotline/v1/hotline_link_service";
import type { Sealed } from "@ntd/service";
import { answersOf, type Rule } from "../answers/rules.ts";

/** What was sent under one reference: its newest revision. */
export interface StoredRecord {
  schemaVersion: 1;
  reference: string;
  revision: number;
  hotline: string;
  country: string;
  isWithdrawn: boolean;
  isSuspended: boolean;
  /** When this revision first came. */
  receivedTime: Date;
  /** The whole record: it holds the address. */
  sealed: Sealed;
  /** Answers to this revision that were given. */
  given: number;
  /** When the next one is; absent: never. */
  dueAt?: Date;
}

/** What is kept once a record came: the same when it is no newer revision. */
export function received(
  known: StoredRecord | undefined,
  { record, sealed }: { record: HotlineRecord; sealed: Sealed },
  rules: readonly Rule[],
  now: Date,
): StoredRecord {
  if (known !== undefined && record.revision <= known.revision) return known;
  const { reference, revision, hotline, country, isWithdrawn, isSuspended } = record;
  const facts = { reference, revision, hotline, country, isWithdrawn, isSuspended };
  return due({ schemaVersion: 1, ...facts, receivedTime: now, sealed, given: 0 }, rules);
}

/** One more of its answers was given. */
export function answered(record: StoredRecord, rules: readonly Rule[]): StoredRecord {
  return due({ ...record, given: record.given + 1 }, rules);
}

// What is withdrawn, or waits, is answered no more: its next revision begins anew.
function due(record: StoredRecord, rules: readonly Rule[]): StoredRecord {
  const { dueAt: _, ...rest } = record;
  const step = record.isWithdrawn || record.isSuspended ? undefined : answersOf(rules, record)[record.given];
  return step === undefined ? rest : { ...rest, dueAt: new Date(record.receivedTime.getTime() + step.afterMs) };
}
